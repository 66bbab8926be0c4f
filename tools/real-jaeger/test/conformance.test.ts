import { createJaegerClient, type JaegerClient, type TraceQuery } from '@epro/jaeger-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findJaegerBinary, NO_JAEGER, startJaeger } from '../src/index.js';
import { legacyShape, type LegacyTrace } from './legacy-shape.js';
import { recordTraces, type RecordedTraces } from './record-traces.js';
import { startTraceDesk, type Backend } from './start-trace-desk.js';

const binary = findJaegerBinary();
if (binary === undefined) console.warn(`The conformance test is skipped: ${NO_JAEGER}.`);

/** How many spans of each recorded trace arrive. */
const COMPLETE = { submission: 6, visit: 1, orphaned: 1 } as const;

interface Side extends Backend {
  readonly client: JaegerClient;
  /** The status and the JSON of an answer; Jaeger calls some of its JSON text. */
  readonly get: (path: string) => Promise<{ status: number; body: Record<string, unknown> }>;
  readonly post: (
    path: string,
    body: string,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; body: string }>;
}

function side(backend: Backend): Side {
  return {
    ...backend,
    client: createJaegerClient({ url: backend.url }),
    async get(path) {
      const response = await fetch(`${backend.url}${path}`);
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async post(path, body, headers = {}) {
      const init = { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } };
      const response = await fetch(`${backend.otlpUrl}${path}`, init);
      return { status: response.status, body: await response.text() };
    },
  };
}

describe.skipIf(binary === undefined)('trace-desk answers as a real Jaeger', () => {
  let desk: Side;
  let jaeger: Side;
  let traces: RecordedTraces;

  beforeAll(async () => {
    const started = await Promise.all([startTraceDesk(), startJaeger({ binary })]);
    [desk, jaeger] = started.map(side) as [Side, Side];
    traces = await recordTraces([desk.otlpUrl, jaeger.otlpUrl]);
    for (const { client } of [desk, jaeger])
      for (const name of Object.keys(COMPLETE) as (keyof typeof COMPLETE)[])
        await client.waitForTrace(traces[name], { until: ({ length }) => length === COMPLETE[name] });
  });
  afterAll(async () => {
    await Promise.all([desk?.stop(), jaeger?.stop()]);
  });

  /** Asks both and expects the same. */
  async function same<Answer>(ask: (side: Side) => Promise<Answer>): Promise<Answer> {
    const [ours, theirs] = await Promise.all([ask(desk), ask(jaeger)]);
    expect(ours).toEqual(theirs);
    return theirs;
  }

  describe('through the client', () => {
    it.each(['submission', 'visit', 'orphaned'] as const)('the %s trace is the same, span by span', async (name) => {
      const spans = await same(({ client }) => client.getTrace(traces[name]));
      expect(spans).toHaveLength(COMPLETE[name]);
    });

    it('a span has all that was recorded', async () => {
      const spans = (await desk.client.getTrace(traces.submission))!;
      const root = spans.find(({ parentSpanId }) => parentSpanId === undefined)!;
      expect(root).toMatchObject({
        service: 'conformance-gateway',
        name: 'POST /submissions',
        kind: 'SERVER',
        status: 'OK',
        resource: { 'service.namespace': 'conformance', 'process.pid': 4242 },
        attributes: {
          'patient.id': 'AUR-0001',
          'http.response.status_code': 201,
          'epro.share': 0.25,
          'epro.negative': -42,
          'epro.flag': true,
          'epro.off': false,
          'epro.empty': '',
          'epro.words': ['Größe', 'a "quoted" word', ''],
          'epro.numbers': [1, 2.5, 3],
          'epro.none': [],
        },
      });
      expect(root.endTime - root.startTime).toBe(50_000_000n);
      expect(spans.find(({ service }) => service === 'conformance-storage')).toMatchObject({
        status: 'ERROR',
        statusMessage: 'refused',
        events: [{ name: 'again' }, { name: 'rows written', attributes: { rows: 3 } }, { name: 'exception' }],
        links: [{ traceId: traces.visit, attributes: { why: 'earlier visit' } }, {}, {}],
      });
    });

    it('a trace that is not there is undefined', async () => {
      expect(await same(({ client }) => client.getTrace('f'.repeat(32)))).toBeUndefined();
    });

    it('the services are the same', async () => {
      expect(await same(({ client }) => client.services())).toEqual([
        'conformance-analysis',
        'conformance-gateway',
        'conformance-storage',
      ]);
    });

    const gateway = 'conformance-gateway';
    const storage = 'conformance-storage';
    it.each<[string, Omit<TraceQuery, 'start' | 'end'>, (keyof typeof COMPLETE)[]]>([
      ['service', { service: storage }, ['orphaned', 'submission']],
      ['operation', { service: gateway, operation: 'GET /visit' }, ['visit']],
      ['operation of another service', { service: storage, operation: 'GET /visit' }, []],
      ['attribute', { service: gateway, attributes: { 'patient.id': 'AUR-0001' } }, ['submission']],
      ['number', { service: gateway, attributes: { 'http.response.status_code': 201 } }, ['submission']],
      ['fraction', { service: gateway, attributes: { 'epro.share': 0.25 } }, ['submission']],
      ['boolean', { service: gateway, attributes: { 'epro.off': false } }, ['submission']],
      [
        'several attributes',
        { service: gateway, attributes: { 'patient.id': 'AUR-0001', 'epro.flag': true } },
        ['submission'],
      ],
      ['attributes of different spans', { service: storage, attributes: { 'patient.id': 'AUR-0001' } }, []],
      ['attribute of an event', { service: storage, attributes: { table: 'submission' } }, ['submission']],
      ['attribute of the resource', { service: gateway, attributes: { 'process.pid': 4242 } }, ['submission', 'visit']],
      ['least duration', { service: gateway, minDurationMs: 20 }, ['submission']],
      ['most duration', { service: gateway, maxDurationMs: 8 }, ['submission', 'visit']],
      ['duration and operation', { service: gateway, operation: 'POST /submissions', maxDurationMs: 8 }, []],
      ['limit', { service: gateway, limit: 10 }, ['submission', 'visit']],
    ])('a search by %s finds the same', async (_what, query, expected) => {
      const found = await same(({ client }) => client.findTraces({ ...query, start: traces.start, end: traces.end }));
      expect(found.map(([first]) => first!.traceId)).toEqual(expected.map((name) => traces[name]));
    });

    it('a search in another time finds nothing', async () => {
      const end = new Date(traces.start.getTime() - 1);
      const query = { service: gateway, start: new Date(0), end };
      expect(await same(({ client }) => client.findTraces(query))).toEqual([]);
    });
  });

  describe('in API v3', () => {
    it('a trace has the same JSON, apart from order and warnings', async () => {
      const spansOf = async ({ get }: Side) => {
        const { body } = await get(`/api/v3/traces/${traces.submission}?rawTraces=true&raw_traces=true`);
        const { result } = body as {
          result: {
            resourceSpans: { resource: object; scopeSpans: { scope: object; spans: { spanId: string }[] }[] }[];
          };
        };
        return result.resourceSpans
          .flatMap(({ resource, scopeSpans }) =>
            scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => ({ resource, scope, span }))),
          )
          .map(canonical)
          .sort((a, b) => (a.span.spanId < b.span.spanId ? -1 : 1));
      };
      expect(await same(spansOf)).toHaveLength(COMPLETE.submission);
    });

    it.each([
      ['/api/v3/traces/xyz'],
      [`/api/v3/traces/${'f'.repeat(32)}`],
      ['/api/v3/traces'],
      ['/api/v3/traces?query.start_time_min=x&query.start_time_max=y'],
      [
        '/api/v3/traces?query.start_time_min=2026-01-01T00:00:00Z&query.start_time_max=2026-01-02T00:00:00Z&query.num_traces=x',
      ],
      [
        '/api/v3/traces?query.start_time_min=2026-01-01T00:00:00Z&query.start_time_max=2026-01-02T00:00:00Z&query.duration_min=10',
      ],
    ])('%s is refused in the same way', async (path) => {
      const refusal = async ({ get }: Side) => {
        const { status, body } = await get(path);
        const { error, ...rest } = body as { error: { httpCode: number; message: string } };
        return { status, rest, httpCode: error.httpCode, fields: Object.keys(error), says: error.message !== '' };
      };
      expect((await same(refusal)).httpCode).toBeGreaterThanOrEqual(400);
    });
  });

  describe('in the older API', () => {
    it.each(['submission', 'visit', 'orphaned'] as const)('the %s trace has the same JSON', async (name) => {
      const shape = async ({ get }: Side) => {
        const { status, body } = await get(`/api/traces/${traces[name]}`);
        const { data, ...envelope } = body as { data: LegacyTrace[] };
        return { status, envelope, traces: data.map(legacyShape) };
      };
      const { traces: found } = await same(shape);
      expect(found[0]!.spans).toHaveLength(COMPLETE[name]);
    });

    it.each([
      ['service=conformance-gateway'],
      ['service=conformance-gateway&operation=GET%20%2Fvisit'],
      ['service=conformance-gateway&tags={"patient.id":"AUR-0001"}'],
      ['service=conformance-storage&tag=table:submission'],
      ['service=conformance-gateway&minDuration=20ms'],
      ['service=conformance-gateway&maxDuration=8ms&operation=GET%20%2Fvisit'],
      ['service=nobody'],
    ])('a search by %s finds the same', async (query) => {
      const window = `start=${traces.start.getTime() * 1000}&end=${traces.end.getTime() * 1000}`;
      await same(async ({ get }) => {
        const { status, body } = await get(`/api/traces?${window}&${query}`);
        const { data, ...envelope } = body as { data: LegacyTrace[] };
        return { status, envelope, ids: data.map(({ traceID }) => traceID).sort() };
      });
    });

    it('services, operations and dependencies are the same', async () => {
      const sorted = async ({ get }: Side, path: string) => {
        const { status, body } = await get(path);
        const items = (body.data as unknown[]).map((item) => JSON.stringify(item)).sort();
        return { status, body: { ...body, data: items } };
      };
      await same((one) => sorted(one, '/api/services'));
      await same((one) => sorted(one, '/api/services/conformance-gateway/operations'));
      await same((one) => sorted(one, '/api/operations?service=conformance-gateway'));
      await same((one) => sorted(one, '/api/operations?service=conformance-gateway&spanKind=server'));
      const links = await same((one) => sorted(one, `/api/dependencies?endTs=${traces.end.getTime()}&lookback=20000`));
      expect(links.body.data).toHaveLength(4);
    });

    it.each([
      ['/api/traces/xyz'],
      [`/api/traces/${'f'.repeat(32)}`],
      ['/api/traces/abc?raw=maybe'],
      ['/api/traces'],
      ['/api/traces?service=a&start=x'],
      ['/api/traces?service=a&limit=x'],
      ['/api/traces?service=a&minDuration=10'],
      ['/api/traces?service=a&minDuration=10parsecs'],
      ['/api/traces?service=a&minDuration=2s&maxDuration=1s'],
      ['/api/traces?service=a&tag=x'],
      ['/api/traces?traceID=zz'],
      ['/api/operations'],
      ['/api/dependencies?endTs=x'],
      ['/api/metrics/calls'],
      ['/api/metrics/calls?service=a'],
      ['/api/metrics/latencies?service=a&quantile=0.95'],
      ['/api/metrics/minstep'],
    ])('%s is refused in the same words', async (path) => {
      const { status } = await same(({ get }) => get(path));
      expect(status).toBeGreaterThanOrEqual(400);
    });

    it('a trace that is not there is reported beside those that are', async () => {
      await same(async ({ get }) => (await get('/api/traces?traceID=abc')).body);
    });
  });

  describe('as an OTLP receiver', () => {
    it('accepts with the same words', async () => {
      expect(await same(({ post }) => post('/v1/traces', '{"resourceSpans":[]}'))).toEqual({
        status: 200,
        body: '{"partialSuccess":{}}',
      });
    });

    it.each([
      ['no JSON', '{', {}],
      ['a short id', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"12"}]}]}]}', {}],
      ['no gzip', '{}', { 'Content-Encoding': 'gzip' }],
      ['an unknown encoding', '{}', { 'Content-Encoding': 'nothing' }],
    ])('refuses %s with the same status and a google.rpc.Status', async (_what, body, headers) => {
      const answer = await same(async ({ post }) => {
        const { status, body: text } = await post('/v1/traces', body, headers);
        const rpcStatus = JSON.parse(text) as { code: number; message: string };
        return { status, code: rpcStatus.code, fields: Object.keys(rpcStatus) };
      });
      expect(answer).toEqual({ status: 400, code: 3, fields: ['code', 'message'] });
    });

    it('refuses other media types in the same words', async () => {
      const answer = await same(({ post }) => post('/v1/traces', 'x', { 'Content-Type': 'text/plain' }));
      expect(answer.status).toBe(415);
    });
  });
});

/** JSON whose lists of attributes are in order: without adjustments, Jaeger keeps the order of arrival. */
function canonical<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(canonical).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === 'values' ? item : canonical(item)]),
  ) as Value;
}

const keyOf = (item: unknown) => (item as { key?: string }).key ?? JSON.stringify(item);
