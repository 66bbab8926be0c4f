import { describe, expect, it } from 'vitest';
import { jsonRequest, nanos, spanId, traceId } from './support/otlp-request.js';
import { runningDesk } from './support/running-desk.js';

const micros = (millis: number) => Number(nanos(millis) / 1000n);
const text = (key: string, value: string) => ({ key, type: 'string', value });
const answer = (data: unknown, total = 0) => ({ data, total, limit: 0, offset: 0, errors: null });
const refusal = (code: number, msg: unknown) => ({
  data: null,
  total: 0,
  limit: 0,
  offset: 0,
  errors: [{ code, msg }],
});
/** Around the times of the sketches. */
const WINDOW = `start=${micros(-60_000)}&end=${micros(60_000)}`;

describe('/api/traces/{id}', () => {
  it("translates to Jaeger's model", async () => {
    await using desk = await runningDesk();
    await desk.send({
      gateway: [
        {
          id: 1,
          kind: 2,
          name: 'submit',
          error: true,
          from: 1,
          takes: 2.0015,
          attributes: { z: 'last', count: 7 },
          events: [{ name: 'read', at: 2, attributes: { a: 'first', event: 'own name' } }],
        },
        { id: 2, parent: 1, kind: 3, links: [{ trace: 9, id: 8 }], events: [{ name: 'sent', at: 3 }] },
      ],
      auth: [{ id: 3, parent: 7, kind: 0 }],
    });
    const { body } = await desk.get(`/api/traces/${traceId(1)}`);
    const scope = [text('otel.scope.name', 'sketch'), text('otel.scope.version', '1')];
    expect(body).toEqual(
      answer([
        {
          traceID: traceId(1),
          spans: [
            {
              traceID: traceId(1),
              spanID: spanId(1),
              operationName: 'submit',
              references: [],
              startTime: micros(1),
              duration: 2001,
              tags: [
                { key: 'count', type: 'int64', value: 7 },
                { key: 'error', type: 'bool', value: true },
                ...scope,
                text('otel.status_code', 'ERROR'),
                text('otel.status_description', 'it failed'),
                text('span.kind', 'server'),
                text('z', 'last'),
              ],
              logs: [{ timestamp: micros(2), fields: [text('event', 'own name'), text('a', 'first')] }],
              processID: 'p1',
              warnings: null,
            },
            {
              traceID: traceId(1),
              spanID: spanId(2),
              operationName: 'step 2',
              references: [
                { refType: 'CHILD_OF', traceID: traceId(1), spanID: spanId(1) },
                { refType: 'FOLLOWS_FROM', traceID: traceId(9), spanID: spanId(8) },
              ],
              startTime: micros(2),
              duration: 1000,
              tags: [...scope, text('span.kind', 'client')],
              logs: [{ timestamp: micros(3), fields: [text('event', 'sent')] }],
              processID: 'p1',
              warnings: null,
            },
            {
              traceID: traceId(1),
              spanID: spanId(3),
              operationName: 'step 3',
              references: [{ refType: 'CHILD_OF', traceID: traceId(1), spanID: spanId(7) }],
              startTime: micros(3),
              duration: 1000,
              tags: scope,
              logs: [],
              processID: 'p2',
              warnings: [`parent span ID=${spanId(7)} is not in the trace; skipping clock skew adjustment`],
            },
          ],
          processes: {
            p1: { serviceName: 'gateway', tags: [text('host.name', 'here')] },
            p2: { serviceName: 'auth', tags: [text('host.name', 'here')] },
          },
          warnings: null,
        },
      ]),
    );
  });

  it('gives every type of value its tag', async () => {
    await using desk = await runningDesk();
    const values = {
      flag: { boolValue: true },
      double: { doubleValue: 2 },
      long: { intValue: '-9223372036854775808' },
      bytes: { bytesValue: 'AQID' },
      list: {
        arrayValue: { values: [{ intValue: '9007199254740993' }, { doubleValue: 0.5 }, { stringValue: 'a"b' }] },
      },
      map: {
        kvlistValue: {
          values: [
            { key: 'b', value: {} },
            { key: 'a', value: { boolValue: false } },
          ],
        },
      },
      nothing: {},
    };
    const attributes = Object.entries(values).map(([key, value]) => ({ key, value }));
    await desk.sendJson(jsonRequest({ gateway: [{ id: 1 }] }), { attributes });
    const { body } = await desk.get(`/api/traces/${traceId(1)}`);
    const { tags } = (body as { data: { spans: { tags: { key: string }[] }[] }[] }).data[0]!.spans[0]!;
    expect(tags.filter(({ key }) => key in values)).toEqual([
      { key: 'bytes', type: 'binary', value: 'AQID' },
      { key: 'double', type: 'float64', value: 2 },
      { key: 'flag', type: 'bool', value: true },
      text('list', '[9007199254740993,0.5,"a\\"b"]'),
      { key: 'long', type: 'int64', value: '-9223372036854775808' },
      text('map', '{"a":false,"b":null}'),
      text('nothing', ''),
    ]);
  });

  it('puts the parent first, unless a link says that another span is it', async () => {
    await using desk = await runningDesk();
    const link = (id: number, refType?: string) => ({
      traceId: traceId(1),
      spanId: spanId(id),
      attributes: refType ? [{ key: 'opentracing.ref_type', value: { stringValue: refType } }] : [],
    });
    const links = [link(7), link(8, 'child_of'), link(2)];
    await desk.sendJson(jsonRequest({ gateway: [{ id: 3, parent: 2 }] }), { links });
    const { body } = await desk.get(`/api/traces/${traceId(1)}`);
    const [trace] = (body as { data: { spans: { references: unknown[] }[] }[] }).data;
    expect(trace!.spans[0]!.references).toEqual([
      { refType: 'CHILD_OF', traceID: traceId(1), spanID: spanId(8) },
      { refType: 'FOLLOWS_FROM', traceID: traceId(1), spanID: spanId(7) },
      { refType: 'FOLLOWS_FROM', traceID: traceId(1), spanID: spanId(2) },
    ]);
  });

  it('writes 64-bit ids with 16 digits', async () => {
    await using desk = await runningDesk();
    await desk.sendJson(jsonRequest({ gateway: [{ id: 2, parent: 1 }] }), { traceId: `${'0'.repeat(30)}ab` });
    const { body } = await desk.get('/api/traces/ab');
    const short = '00000000000000ab';
    expect((body as { data: unknown[] }).data).toMatchObject([
      { traceID: short, spans: [{ traceID: short, references: [{ traceID: short }] }] },
    ]);
  });

  it.each([
    ['/api/traces/abc', 404, 'trace not found'],
    ['/api/traces/xyz', 400, 'strconv.ParseUint: parsing "xyz": invalid syntax'],
    ['/api/traces/abc?raw=maybe', 400, /^unable to parse param 'raw': strconv.ParseBool/],
    ['/api/nothing', 404, 'no such endpoint'],
  ])('answers %s with %i', async (path, code, msg) => {
    await using desk = await runningDesk();
    const message: unknown = typeof msg === 'string' ? msg : expect.stringMatching(msg);
    expect(await desk.get(path)).toEqual({ status: code, body: refusal(code, message) });
  });

  it('indents on request', async () => {
    await using desk = await runningDesk();
    const response = await fetch(`${desk.url}/api/services?prettyPrint=true`);
    expect(await response.text()).toMatch(/^\{\n {4}"data": \[\],\n/);
  });
});

describe('/api/traces', () => {
  it.each([
    ['service=gateway', [2, 1]],
    ['service=gateway&limit=1', [2]],
    ['service=gateway&operation=submit', [1]],
    ['service=gateway&tags={"patient.id":"AUR-0001"}', [1]],
    ['service=gateway&tag=patient.id:AUR-0001&tag=ratio:1:2', [1]],
    ['service=gateway&tags={"host.name":"here","patient.id":"AUR-0002"}', [2]],
    ['service=gateway&tags={"patient.id":"nobody"}', []],
    ['service=gateway&minDuration=5ms', [2]],
    ['service=gateway&maxDuration=1.5ms', [1]],
    ['service=nobody', []],
    [`traceID=${traceId(1)}&traceID=${traceId(2)}`, [1, 2]],
  ])('finds by %s', async (query, traces) => {
    await using desk = await runningDesk();
    await desk.send({
      gateway: [{ trace: 1, id: 1, name: 'submit', attributes: { 'patient.id': 'AUR-0001', ratio: '1:2' } }],
    });
    await desk.send({ gateway: [{ trace: 2, id: 1, takes: 9, attributes: { 'patient.id': 'AUR-0002' } }] });
    const { status, body } = await desk.get(`/api/traces?${WINDOW}&${query}`);
    expect(status).toBe(200);
    expect((body as { data: { traceID: string }[] }).data.map(({ traceID }) => traceID)).toEqual(traces.map(traceId));
  });

  it('looks back two days when no time is given', async () => {
    await using desk = await runningDesk();
    await desk.send({ gateway: [{ id: 1, from: Date.now() - Number(nanos(0) / 1_000_000n) - 47 * 3_600_000 }] });
    await desk.send({
      gateway: [{ trace: 2, id: 1, from: Date.now() - Number(nanos(0) / 1_000_000n) - 49 * 3_600_000 }],
    });
    const { body } = await desk.get('/api/traces?service=gateway');
    expect((body as { data: { traceID: string }[] }).data.map(({ traceID }) => traceID)).toEqual([traceId(1)]);
  });

  it('says which of the wanted traces is not there', async () => {
    await using desk = await runningDesk();
    expect((await desk.get('/api/traces?traceID=abc')).body).toEqual({
      ...answer([]),
      errors: [{ msg: 'trace not found', traceID: '0000000000000abc' }],
    });
  });

  it.each([
    ['', "parameter 'service' is required"],
    ['service=a&start=y', 'unable to parse param \'start\': strconv.ParseInt: parsing "y": invalid syntax'],
    ['service=a&limit=1x', 'strconv.ParseInt: parsing "1x": invalid syntax'],
    ['service=a&limit=0', 'search depth must be greater than 0 and less than max traces'],
    ['service=a&minDuration=10', 'unable to parse param \'minDuration\': time: missing unit in duration "10"'],
    ['service=a&minDuration=2s&maxDuration=1s', "'maxDuration' should be greater than 'minDuration'"],
    ['service=a&tag=x', "malformed 'tag' parameter, expecting key:value, received: x"],
    ['service=a&tags=x', "malformed 'tags' parameter: cannot unmarshal JSON"],
    ['traceID=zz', 'cannot parse traceID param: strconv.ParseUint: parsing "zz": invalid syntax'],
  ])('refuses ?%s', async (query, msg) => {
    await using desk = await runningDesk();
    expect(await desk.get(`/api/traces?${query}`)).toEqual({ status: 400, body: refusal(400, msg) });
  });
});

describe('services, operations and dependencies', () => {
  it('are in their envelopes', async () => {
    await using desk = await runningDesk();
    expect((await desk.get('/api/services')).body).toEqual(answer([]));
    await desk.send({
      gateway: [
        { id: 1, name: 'POST /api', kind: 2 },
        { id: 4, name: 'POST /api', kind: 3, parent: 1 },
      ],
      'a/b c': [{ id: 2, parent: 1 }],
    });
    expect((await desk.get('/api/services')).body).toEqual(answer(['a/b c', 'gateway'], 2));
    expect((await desk.get('/api/services/gateway/operations')).body).toEqual(answer(['POST /api'], 1));
    expect((await desk.get('/api/services/a%2Fb%20c/operations')).body).toEqual(answer(['step 2'], 1));
    expect((await desk.get('/api/operations?service=gateway&spanKind=server')).body).toEqual(
      answer([{ name: 'POST /api', spanKind: 'server' }], 1),
    );
    expect((await desk.get('/api/operations')).body).toEqual(refusal(400, "parameter 'service' is required"));
    const window = `endTs=${micros(60_000) / 1000}&lookback=120000`;
    expect((await desk.get(`/api/dependencies?${window}`)).body).toEqual(
      answer([
        { parent: 'gateway', child: 'gateway', callCount: 1 },
        { parent: 'gateway', child: 'a/b c', callCount: 1 },
      ]),
    );
    expect((await desk.get(`/api/dependencies?endTs=${micros(-60_000) / 1000}`)).body).toEqual(answer([]));
    expect((await desk.get('/api/dependencies?endTs=x')).status).toBe(400);
  });
});

describe('what else the UI calls', () => {
  it('metrics answer as a Jaeger without a metrics store', async () => {
    await using desk = await runningDesk();
    for (const path of ['latencies?service=a&quantile=0.95', 'calls?service=a', 'errors?service=a', 'minstep'])
      expect(await desk.get(`/api/metrics/${path}`)).toEqual({
        status: 501,
        body: refusal(501, 'metrics querying is currently disabled'),
      });
    expect((await desk.get('/api/metrics/calls')).status).toBe(400);
  });

  it('an upload of OTLP JSON comes back as traces and is not kept', async () => {
    await using desk = await runningDesk();
    const upload = async (body: string) => {
      const response = await fetch(`${desk.url}/api/transform`, { method: 'POST', body });
      return {
        status: response.status,
        body: (await response.json()) as { data: { traceID: string }[]; errors: unknown },
      };
    };
    const { status, body } = await upload(JSON.stringify(jsonRequest({ gateway: [{ id: 1 }, { trace: 2, id: 1 }] })));
    expect(status).toBe(200);
    expect(body.data.map(({ traceID }) => traceID).sort()).toEqual([traceId(1), traceId(2)]);
    expect((await desk.get('/api/services')).body).toEqual(answer([]));
    expect((await upload('{')).body).toEqual(refusal(400, 'cannot unmarshal OTLP : the body is not JSON'));
  });

  it('there is no archive', async () => {
    await using desk = await runningDesk();
    expect((await fetch(`${desk.url}/api/archive/1`, { method: 'POST' })).status).toBe(501);
  });
});
