import { describe, expect, it } from 'vitest';
import { jsonRequest, nanos, request, spanId, traceId } from './support/otlp-request.js';
import { runningDesk, type RunningDesk } from './support/running-desk.js';

const WINDOW = 'query.startTimeMin=2026-11-21T00:00:00Z&query.startTimeMax=2026-11-22T00:00:00.5Z';

/** The names of the found traces' roots. */
async function found(desk: RunningDesk, query: string): Promise<string[]> {
  const { status, body } = await desk.get(`/api/v3/trace-summaries?${WINDOW}&${query}`);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return (body as { summaries: { rootOperationName: string }[] }).summaries.map(
    ({ rootOperationName }) => rootOperationName,
  );
}

describe('/api/v3/traces/{id}', () => {
  it('gives OTLP in an envelope: hex ids, nanoseconds as strings, the kind a number, nothing that has its default', async () => {
    await using desk = await runningDesk();
    await desk.send({
      gateway: [
        {
          id: 1,
          kind: 2,
          name: 'submit',
          error: true,
          attributes: { z: 'last', a: 7 },
          events: [{ name: 'read', at: 2, attributes: { k: 'v' } }],
          links: [{ trace: 9, id: 8 }],
        },
      ],
      auth: [{ id: 2, parent: 1 }],
    });
    const { body } = await desk.get(`/api/v3/traces/${traceId(1)}`);
    const resource = (service: string) => ({
      attributes: [
        { key: 'host.name', value: { stringValue: 'here' } },
        { key: 'service.name', value: { stringValue: service } },
      ],
    });
    const scope = { name: 'sketch', version: '1' };
    expect(body).toEqual({
      result: {
        resourceSpans: [
          {
            resource: resource('gateway'),
            scopeSpans: [
              {
                scope,
                spans: [
                  {
                    traceId: traceId(1),
                    spanId: spanId(1),
                    name: 'submit',
                    kind: 2,
                    startTimeUnixNano: String(nanos(1)),
                    endTimeUnixNano: String(nanos(2)),
                    attributes: [
                      { key: 'a', value: { intValue: '7' } },
                      { key: 'z', value: { stringValue: 'last' } },
                    ],
                    events: [
                      {
                        timeUnixNano: String(nanos(2)),
                        name: 'read',
                        attributes: [{ key: 'k', value: { stringValue: 'v' } }],
                      },
                    ],
                    links: [{ traceId: traceId(9), spanId: spanId(8) }],
                    status: { message: 'it failed', code: 2 },
                  },
                ],
              },
            ],
          },
          {
            resource: resource('auth'),
            scopeSpans: [
              {
                scope,
                spans: [
                  {
                    traceId: traceId(1),
                    spanId: spanId(2),
                    parentSpanId: spanId(1),
                    name: 'step 2',
                    kind: 1,
                    startTimeUnixNano: String(nanos(2)),
                    endTimeUnixNano: String(nanos(3)),
                    status: {},
                  },
                ],
              },
            ],
          },
        ],
      },
    });
  });

  it('puts warnings into an attribute, and leaves them out of raw traces', async () => {
    await using desk = await runningDesk();
    await desk.send({ gateway: [{ id: 2, parent: 1 }] });
    const text = async (query: string) => JSON.stringify((await desk.get(`/api/v3/traces/${traceId(1)}${query}`)).body);
    expect(await text('')).toContain('"@jaeger@warnings"');
    expect(await text('?rawTraces=true')).not.toContain('@jaeger@warnings');
  });

  it('takes ids in capitals, and 64-bit ones without leading zeros', async () => {
    await using desk = await runningDesk();
    await desk.send({ gateway: [{ trace: 0xab, id: 1 }] });
    expect((await desk.get(`/api/v3/traces/${traceId(0xab).toUpperCase()}`)).status).toBe(200);
    await desk.sendJson(jsonRequest({ gateway: [{ id: 1 }] }), { traceId: `${'0'.repeat(30)}ab` });
    const { status, body } = await desk.get('/api/v3/traces/AB');
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain(`"traceId":"${'0'.repeat(30)}ab"`);
  });

  it.each([
    ['/api/v3/traces/1', 404, 'No traces found'],
    ['/api/v3/traces/xyz', 400, 'malformed parameter trace_id: strconv.ParseUint: parsing "xyz": invalid syntax'],
    [`/api/v3/traces/${'1'.repeat(33)}`, 400, /^malformed parameter trace_id: TraceID cannot be longer/],
    ['/api/v3/traces/1?rawTraces=maybe', 400, /^malformed parameter rawTraces: strconv.ParseBool/],
  ])('answers %s with %i', async (path, httpCode, message) => {
    await using desk = await runningDesk();
    const { status, body } = await desk.get(path);
    expect([status, body]).toEqual([
      httpCode,
      {
        error: {
          httpCode,
          message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
        },
      },
    ]);
  });
});

describe('/api/v3/services and /api/v3/operations', () => {
  it('are lists in order, empty ones too', async () => {
    await using desk = await runningDesk();
    expect((await desk.get('/api/v3/services')).body).toEqual({ services: [] });
    await desk.send({
      b: [
        { id: 1, name: 'z', kind: 0 },
        { id: 2, name: 'y', kind: 3 },
      ],
      a: [{ id: 3 }],
    });
    expect((await desk.get('/api/v3/services')).body).toEqual({ services: ['a', 'b'] });
    expect((await desk.get('/api/v3/operations?service=b')).body).toEqual({
      operations: [
        { name: 'y', spanKind: 'client' },
        { name: 'z', spanKind: 'internal' },
      ],
    });
    expect((await desk.get('/api/v3/operations?service=b&spanKind=client')).body).toEqual({
      operations: [{ name: 'y', spanKind: 'client' }],
    });
    expect((await desk.get('/api/v3/operations?service=nobody')).body).toEqual({ operations: [] });
  });
});

describe('search', () => {
  async function deskWithTraces() {
    const desk = await runningDesk();
    await desk.send({
      gateway: [
        { trace: 1, id: 1, name: 'old', from: 0, takes: 5, attributes: { 'patient.id': 'AUR-0001', 'http.code': 201 } },
      ],
    });
    await desk.send({
      gateway: [
        { trace: 2, id: 1, name: 'new', from: 1000, takes: 50, kind: 2, attributes: { 'patient.id': 'AUR-0002' } },
      ],
      storage: [
        {
          trace: 2,
          id: 2,
          parent: 1,
          name: 'save',
          from: 1010,
          takes: 20,
          error: true,
          attributes: { rows: 3 },
          events: [{ name: 'refused', at: 1015, attributes: { 'error.code': 'E1' } }],
        },
      ],
    });
    return desk;
  }

  it.each([
    ['', ['new', 'old']],
    ['query.serviceName=storage', ['new']],
    ['query.service_name=storage', ['new']],
    ['query.serviceName=nobody', []],
    ['query.operationName=save', ['new']],
    ['query.serviceName=gateway&query.operationName=save', []],
    ['query.searchDepth=1', ['new']],
    ['query.num_traces=1', ['new']],
    ['query.durationMin=20ms', ['new']],
    ['query.durationMin=50000001ns', []],
    ['query.durationMax=5ms', ['old']],
    ['query.duration_min=6ms&query.durationMax=20ms', ['new']],
    ['query.attributes={"patient.id":"AUR-0001"}', ['old']],
    ['query.attributes={"http.code":"201"}', ['old']],
    ['query.attributes={"http.code":201}', ['old']],
    ['query.attributes={"http.code":"20"}', []],
    ['query.attributes={"host.name":"here"}', ['new', 'old']],
    ['query.attributes={"resource.host.name":"here"}', ['new', 'old']],
    ['query.attributes={"resource.patient.id":"AUR-0001"}', []],
    ['query.attributes={"error.code":"E1"}', ['new']],
    ['query.attributes={"error":"true"}', ['new']],
    ['query.attributes={"span.kind":"server"}', ['new']],
    ['query.attributes={"span.status":"ERROR"}', ['new']],
    ['query.attributes={"otel.status_description":"it failed"}', ['new']],
    ['query.attributes={"scope.name":"sketch","rows":"3"}', ['new']],
    // One span has to satisfy all of it.
    ['query.attributes={"patient.id":"AUR-0002","rows":"3"}', []],
    ['query.serviceName=gateway&query.attributes={"error":"true"}', []],
  ])('by %s finds %j', async (query, names) => {
    await using desk = await deskWithTraces();
    expect(await found(desk, query)).toEqual(names);
  });

  it('counts the start of a span into its window, at either end', async () => {
    await using desk = await deskWithTraces();
    const between = (min: string, max: string) =>
      desk.get(
        `/api/v3/traces?query.startTimeMin=2026-11-21T08:00:${min}Z&query.startTimeMax=2026-11-21T08:00:${max}Z`,
      );
    expect((await between('00.000000000', '00.5')).status).toBe(200);
    expect((await between('00.000000001', '00.999999999')).status).toBe(404);
    expect((await between('00.000000001', '01.000000000')).status).toBe(200);
  });

  it('summarizes', async () => {
    await using desk = await deskWithTraces();
    const { body } = await desk.get(`/api/v3/trace-summaries?${WINDOW}&query.serviceName=storage`);
    expect(body).toEqual({
      summaries: [
        {
          traceId: traceId(2),
          rootServiceName: 'gateway',
          rootOperationName: 'new',
          minStartTimeUnixNano: String(nanos(1000)),
          maxEndTimeUnixNano: String(nanos(1050)),
          spanCount: 2,
          errorSpanCount: 1,
          orphanSpanCount: 0,
          services: [
            { name: 'gateway', spanCount: 1, errorSpanCount: 0 },
            { name: 'storage', spanCount: 1, errorSpanCount: 1 },
          ],
        },
      ],
    });
  });

  it('finds nothing: 404 with traces, an empty list with summaries', async () => {
    await using desk = await runningDesk();
    expect(await desk.get(`/api/v3/traces?${WINDOW}`)).toEqual({
      status: 404,
      body: { error: { httpCode: 404, message: 'No traces found' } },
    });
    expect(await found(desk, '')).toEqual([]);
  });

  it.each([
    ['', 'query.startTimeMin and query.startTimeMax are required'],
    ['query.startTimeMin=x&query.startTimeMax=y', /^malformed parameter query.startTimeMin: parsing time "x"/],
    ['query.start_time_min=x&query.startTimeMax=y', /^malformed parameter query.start_time_min/],
    [
      'query.startTimeMin=2026-11-22T00:00:00Z&query.startTimeMax=2026-11-21T00:00:00Z',
      'query.startTimeMin must be before query.startTimeMax',
    ],
    [`${WINDOW}&query.searchDepth=many`, /^malformed parameter query.searchDepth: strconv.ParseInt/],
    [`${WINDOW}&query.searchDepth=0`, 'search depth must be greater than 0 and less than max traces'],
    [`${WINDOW}&query.durationMin=10`, 'malformed parameter query.durationMin: time: missing unit in duration "10"'],
    [`${WINDOW}&query.attributes=x`, 'malformed parameter query.attributes: cannot unmarshal JSON'],
    [`${WINDOW}&query.attributes={"a":{}}`, /a value is not a string$/],
  ])('refuses ?%s', async (query, message) => {
    await using desk = await runningDesk();
    for (const path of ['traces', 'trace-summaries']) {
      const { status, body } = await desk.get(`/api/v3/${path}?${query}`);
      expect(status).toBe(400);
      expect((body as { error: { message: string } }).error.message).toMatch(message);
    }
  });
});

describe('/api/v3/dependencies', () => {
  it('counts calls between services, as strings', async () => {
    await using desk = await runningDesk();
    await desk.send({
      gateway: [{ id: 1 }],
      auth: [
        { id: 2, parent: 1 },
        { id: 3, parent: 1 },
      ],
    });
    const { body } = await desk.get('/api/v3/dependencies?startTime=2026-11-21T00:00:00Z&endTime=2026-11-22T00:00:00Z');
    expect(body).toEqual({ dependencies: [{ parent: 'gateway', child: 'auth', callCount: '2' }] });
    expect((await desk.get('/api/v3/dependencies')).status).toBe(400);
  });
});

describe('a trace that is still arriving', () => {
  it('is summarized anew with each span', async () => {
    await using desk = await runningDesk();
    const count = async () => (await desk.get(`/desk/traces`)).body as { traces: { spanCount: number }[] };
    await desk.send({ gateway: [{ id: 1 }] });
    expect((await count()).traces[0]!.spanCount).toBe(1);
    await fetch(`${desk.otlpUrl}/v1/traces`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-protobuf' },
      body: new Uint8Array(request({ auth: [{ id: 2, parent: 1 }] })),
    });
    expect((await count()).traces[0]!.spanCount).toBe(2);
  });
});
