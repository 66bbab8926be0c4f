import { describe, expect, it } from 'vitest';
import { createJaegerClient, JaegerError } from '../src/index.js';
import { json, NOT_FOUND, stubJaeger } from './stub-jaeger.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const window = { start: new Date('2026-01-01T00:00:00Z'), end: new Date('2026-01-02T00:00:00Z') };

const spanOf = (traceId: string, spanId: string, startTimeUnixNano = '1', attributes: unknown[] = []) => ({
  traceId,
  spanId,
  name: 'step',
  startTimeUnixNano,
  endTimeUnixNano: '9',
  attributes,
});
const resultOf = (...spans: unknown[]) => ({
  result: {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'gateway' } }] },
        scopeSpans: [{ spans }],
      },
    ],
  },
});

describe('getTrace', () => {
  it('reads every kind of value, and leaves out what Jaeger itself added', async () => {
    const attributes = [
      { key: 'text', value: { stringValue: '' } },
      { key: 'int', value: { intValue: '42' } },
      { key: 'long', value: { intValue: '9007199254740993' } },
      { key: 'double', value: { doubleValue: 1.5 } },
      { key: 'nan', value: { doubleValue: 'NaN' } },
      { key: 'flag', value: { boolValue: false } },
      { key: 'list', value: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'a' }] } } },
      { key: 'nothing', value: { arrayValue: {} } },
      { key: 'map', value: { kvlistValue: { values: [{ key: 'a', value: { intValue: '1' } }] } } },
      { key: 'bytes', value: { bytesValue: 'AQID' } },
      { key: '@jaeger@warnings', value: { arrayValue: { values: [{ stringValue: 'clock skew' }] } } },
    ];
    await using jaeger = await stubJaeger((_url, response) =>
      json(response, resultOf(spanOf(TRACE_ID, '00f067aa0ba902b7', '1', attributes))),
    );
    const [span] = (await createJaegerClient({ url: jaeger.url }).getTrace(TRACE_ID))!;
    expect(span!.attributes).toEqual({
      text: '',
      int: 42,
      long: '9007199254740993',
      double: 1.5,
      nan: Number.NaN,
      flag: false,
      list: [1, 'a'],
      nothing: [],
      map: '{"a":1}',
      bytes: 'AQID',
    });
  });

  it("reads Jaeger 1's stream: a JSON value a line, ids in base64, enums by name", async () => {
    const span = {
      traceId: Buffer.from(TRACE_ID, 'hex').toString('base64'),
      spanId: Buffer.from('00f067aa0ba902b7', 'hex').toString('base64'),
      parentSpanId: Buffer.from('b7ad6b7169203331', 'hex').toString('base64'),
      name: 'step',
      kind: 'SPAN_KIND_SERVER',
      startTimeUnixNano: '5',
      endTimeUnixNano: '9',
      status: { code: 'STATUS_CODE_ERROR', message: 'refused' },
      links: [{ traceId: Buffer.from(TRACE_ID, 'hex').toString('base64'), spanId: 'AAAAAAAAAAE=' }],
    };
    const lines = [resultOf(span), resultOf({ ...span, spanId: 'AAAAAAAAAAE=', startTimeUnixNano: '4' })];
    await using jaeger = await stubJaeger((_url, response) =>
      response.end(lines.map((line) => JSON.stringify(line)).join('\n')),
    );
    const spans = await createJaegerClient({ url: jaeger.url }).getTrace(TRACE_ID);
    expect(spans).toMatchObject([
      { spanId: '0000000000000001', startTime: 4n },
      {
        traceId: TRACE_ID,
        spanId: '00f067aa0ba902b7',
        parentSpanId: 'b7ad6b7169203331',
        service: 'gateway',
        kind: 'SERVER',
        status: 'ERROR',
        statusMessage: 'refused',
        startTime: 5n,
        endTime: 9n,
        links: [{ traceId: TRACE_ID, spanId: '0000000000000001' }],
      },
    ]);
  });

  it('gives undefined for a trace that is not there', async () => {
    await using jaeger = await stubJaeger((_url, response) => json(response, NOT_FOUND, 404));
    expect(await createJaegerClient({ url: jaeger.url }).getTrace(TRACE_ID)).toBeUndefined();
  });

  it('says what was asked and what came', async () => {
    await using jaeger = await stubJaeger((_url, response) =>
      json(response, { error: { httpCode: 500, message: 'storage is down' } }, 500),
    );
    await expect(createJaegerClient({ url: jaeger.url }).getTrace(TRACE_ID)).rejects.toThrow(
      `Jaeger at ${jaeger.url} answered 500 to GET /api/v3/traces/${TRACE_ID}: storage is down`,
    );
  });

  it('says that nothing listens', async () => {
    const jaeger = await stubJaeger(() => undefined);
    await jaeger[Symbol.asyncDispose]();
    const { url } = jaeger;
    await expect(createJaegerClient({ url }).getTrace(TRACE_ID)).rejects.toThrow(
      new JaegerError(`Jaeger at ${url} cannot be asked (ECONNREFUSED)`),
    );
  });

  it.each([
    ['a page', '<html>'],
    ['other JSON', '{"data":[]}'],
    ['an id of another length', JSON.stringify(resultOf(spanOf('12', '34')))],
    ['a time that is none', JSON.stringify(resultOf(spanOf(TRACE_ID, '00f067aa0ba902b7', 'soon')))],
    ['a list that is none', '{"result":{"resourceSpans":{}}}'],
  ])('refuses an answer that is %s', async (_case, body) => {
    await using jaeger = await stubJaeger((_url, response) => response.end(body));
    await expect(createJaegerClient({ url: jaeger.url }).getTrace(TRACE_ID)).rejects.toThrow(JaegerError);
  });
});

describe('services', () => {
  it('are in order', async () => {
    await using jaeger = await stubJaeger((_url, response) => json(response, { services: ['b', 'a'] }));
    expect(await createJaegerClient({ url: jaeger.url }).services()).toEqual(['a', 'b']);
  });

  it('are none where Jaeger leaves the empty list out', async () => {
    await using jaeger = await stubJaeger((_url, response) => json(response, {}));
    expect(await createJaegerClient({ url: `${jaeger.url}/` }).services()).toEqual([]);
  });
});

describe('findTraces', () => {
  const query = {
    service: 'gateway',
    attributes: { 'patient.id': 'AUR-0001' },
    limit: 7,
    minDurationMs: 1.5,
    ...window,
  };

  it('asks under the names of every version', async () => {
    await using jaeger = await stubJaeger((_url, response) => json(response, NOT_FOUND, 404));
    const { attributes: _attributes, ...plain } = query;
    expect(await createJaegerClient({ url: jaeger.url }).findTraces(plain)).toEqual([]);
    const params = Object.fromEntries(jaeger.requests[0]!.searchParams);
    expect(params).toMatchObject({
      'query.serviceName': 'gateway',
      'query.service_name': 'gateway',
      'query.startTimeMin': '2026-01-01T00:00:00.000Z',
      'query.start_time_min': '2026-01-01T00:00:00.000Z',
      'query.searchDepth': '7',
      'query.num_traces': '7',
      'query.durationMin': '1500us',
      'query.duration_min': '1500us',
    });
  });

  it('separates the traces of one answer, the latest first, spans by start', async () => {
    const other = TRACE_ID.replace('0', '1');
    await using jaeger = await stubJaeger((_url, response) =>
      json(
        response,
        resultOf(
          spanOf(TRACE_ID, '0000000000000001', '20'),
          spanOf(other, '0000000000000002', '30'),
          spanOf(TRACE_ID, '0000000000000003', '10'),
        ),
      ),
    );
    const traces = await createJaegerClient({ url: jaeger.url }).findTraces({ service: 'gateway', ...window });
    expect(traces.map((trace) => trace.map(({ spanId }) => spanId))).toEqual([
      ['0000000000000002'],
      ['0000000000000003', '0000000000000001'],
    ]);
  });

  it('searches by attributes in v3 where Jaeger reads them there', async () => {
    await using jaeger = await stubJaeger((url, response) =>
      url.searchParams.get('query.attributes') === '{"patient.id":"AUR-0001"}'
        ? json(response, resultOf(spanOf(TRACE_ID, '0000000000000001')))
        : json(response, { error: { httpCode: 400, message: 'malformed parameter query.attributes' } }, 400),
    );
    expect(await createJaegerClient({ url: jaeger.url }).findTraces(query)).toHaveLength(1);
    expect(jaeger.requests.map(({ pathname }) => pathname)).toEqual(['/api/v3/traces', '/api/v3/traces']);
  });

  it('searches by attributes in the older API where v3 overlooks them', async () => {
    await using jaeger = await stubJaeger((url, response) => {
      if (url.pathname === '/api/v3/traces') json(response, NOT_FOUND, 404);
      else if (url.pathname === '/api/traces') json(response, { data: [{ traceID: TRACE_ID.slice(1) }] });
      else json(response, resultOf(spanOf(TRACE_ID, '0000000000000001')));
    });
    const client = createJaegerClient({ url: jaeger.url });
    expect(await client.findTraces(query)).toHaveLength(1);
    expect(Object.fromEntries(jaeger.requests[1]!.searchParams)).toEqual({
      service: 'gateway',
      start: '1767225600000000',
      end: '1767312000000000',
      limit: '7',
      tags: '{"patient.id":"AUR-0001"}',
      minDuration: '1500us',
    });
    expect(jaeger.requests[2]!.pathname).toBe(`/api/v3/traces/${TRACE_ID}`);
    await client.findTraces(query);
    expect(jaeger.requests.filter(({ pathname }) => pathname === '/api/v3/traces')).toHaveLength(1);
  });
});
