import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { fastify, type FastifyInstance } from 'fastify';
import { HealthImplementation } from 'grpc-health-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TestTelemetry } from '../testing/index.js';

const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const OTHER = { traceId: '1bf7651916cd43dd8448eb211c80319d', spanId: 'c7ad6b7169203332' };

const encode = (text: string) => Buffer.from(text);

type Format = 'tracecontext' | 'b3' | 'b3multi';
type Headers = Record<string, string>;

/** What a caller sends in each format. */
const HEADERS: Record<Format, (caller: typeof CALLER) => Headers> = {
  tracecontext: ({ traceId, spanId }) => ({ traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'vendor=private' }),
  b3: ({ traceId, spanId }) => ({ b3: `${traceId}-${spanId}-1` }),
  b3multi: ({ traceId, spanId }) => ({ 'x-b3-traceid': traceId, 'x-b3-spanid': spanId, 'x-b3-sampled': '1' }),
};

/** What this process sends for each name. */
const SENT: Record<string, string[]> = {
  tracecontext: ['traceparent'],
  baggage: ['baggage'],
  b3: ['b3'],
  b3multi: ['x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled'],
  none: [],
};
const ALL_SENT = [...Object.values(SENT).flat(), 'tracestate', 'x-b3-flags', 'x-b3-parentspanid'];

describe.each([
  { names: 'tracecontext,baggage', reads: ['tracecontext'] },
  { names: 'tracecontext', reads: ['tracecontext'] },
  { names: 'b3', reads: ['b3', 'b3multi'] },
  { names: 'b3multi,baggage', reads: ['b3', 'b3multi'] },
  { names: 'b3,b3multi', reads: ['b3', 'b3multi'] },
  { names: 'b3,tracecontext', reads: ['tracecontext', 'b3', 'b3multi'] },
  { names: 'tracecontext,baggage,b3,b3multi', reads: ['tracecontext', 'b3', 'b3multi'] },
  { names: 'baggage', reads: [] },
  { names: 'none', reads: [] },
])('with OTEL_PROPAGATORS=$names', ({ names, reads }) => {
  const sent = names
    .split(',')
    .flatMap((name) => SENT[name] ?? [])
    .sort();
  const carriesTrace = reads.length > 0;
  const carriesBaggage = names.includes('baggage');

  let library: typeof import('../index.js');
  let telemetry: TestTelemetry;
  let app: FastifyInstance;
  let server: Server;
  let client: Client;
  let base: string;
  let address: string;
  let received: Headers;
  let carrier: Headers;
  let trailers: Headers;

  beforeAll(async () => {
    // The library reads its configuration once: each combination has a library of its own.
    vi.stubEnv('OTEL_PROPAGATORS', names);
    vi.resetModules();
    trace.disable();
    context.disable();
    propagation.disable();
    library = await import('../index.js');
    telemetry = (await import('../testing/index.js')).startTestTelemetry();

    const echo = {
      path: '/test.v1.Echo/Unary',
      requestStream: false,
      responseStream: false,
      requestSerialize: encode,
      requestDeserialize: String,
      responseSerialize: encode,
      responseDeserialize: String,
    };
    server = new Server({ interceptors: library.grpcServerInterceptors() });
    server.addService(
      { unary: echo as never },
      {
        unary: (call: ServerUnaryCall<string, string>, answer: sendUnaryData<string>) => {
          received = call.metadata.getMap() as Headers;
          library.setBusinessContext({ patientId: 'p1' });
          library.withSpan('in service', () => {});
          answer(null, 'done');
        },
      },
    );
    new HealthImplementation({ '': 'SERVING' }).addToServer(server);
    address = `127.0.0.1:${await bind(server)}`;
    client = new Client(address, credentials.createInsecure(), {
      interceptors: library.grpcClientInterceptors(address),
    });
    app = fastify({ forceCloseConnections: true });
    library.registerHttpTelemetry(app);
    app.post('/call', async () => {
      library.setBusinessContext({ tenantId: 'aurora' });
      carrier = { ...library.captureContext() };
      await new Promise<void>((resolve, reject) => {
        const call = client.makeUnaryRequest(echo.path, encode, String, 'x', (error) =>
          error ? reject(error) : resolve(),
        );
        call.on('status', ({ metadata }) => (trailers = metadata.getMap() as Headers));
      });
      return 'done';
    });
    base = await app.listen({ port: 0 });
  });
  afterAll(async () => {
    client.close();
    server.forceShutdown();
    await app.close();
    vi.unstubAllEnvs();
  });
  beforeEach(() => telemetry.reset());

  async function call(headers: Headers): Promise<ReadableSpan> {
    const response = await fetch(`${base}/call`, { method: 'POST', headers });
    expect(response.status).toBe(200);
    await vi.waitFor(() => telemetry.span('POST /call'), { timeout: 5000, interval: 5 });
    return telemetry.span('POST /call');
  }
  function rpc(kind: SpanKind): ReadableSpan {
    const found = telemetry.spans().find((span) => span.name === 'test.v1.Echo/Unary' && span.kind === kind);
    if (!found) throw new Error(`no ${SpanKind[kind]} span`);
    return found;
  }

  it('sends exactly what is named, by gRPC and in a carrier', async () => {
    await call({});
    expect(
      Object.keys(received)
        .filter((key) => ALL_SENT.includes(key))
        .sort(),
    ).toEqual(sent);
    expect(Object.keys(carrier).sort()).toEqual(sent);
    // What the service learned comes back as baggage, or not at all.
    expect(trailers['baggage']).toBe(carriesBaggage ? 'patient.id=p1' : undefined);
  });

  it.each(['tracecontext', 'b3', 'b3multi'] as const)(
    'takes a trace from outside where it reads %s',
    async (format) => {
      const root = await call({ ...HEADERS[format](CALLER), baggage: 'tenant.id=borealis,secret=1' });
      if (reads.includes(format)) {
        expect(root.spanContext().traceId).toBe(CALLER.traceId);
        expect(root.parentSpanContext?.spanId).toBe(CALLER.spanId);
      } else {
        expect(root.spanContext().traceId).not.toBe(CALLER.traceId);
        expect(root.parentSpanContext).toBeUndefined();
      }
      // Of a caller nothing but the trace comes in.
      expect(root.attributes['tenant.id']).toBe('aurora');
      expect(received['tracestate']).toBeUndefined();
      expect(received['baggage'] ?? '').not.toMatch(/secret|borealis/);
    },
  );

  it('goes on in the service, and with it what is known of the request', async () => {
    await call({});
    expect(rpc(SpanKind.SERVER).parentSpanContext?.spanId).toBe(
      carriesTrace ? rpc(SpanKind.CLIENT).spanContext().spanId : undefined,
    );
    expect(rpc(SpanKind.SERVER).attributes['tenant.id']).toBe(carriesBaggage ? 'aurora' : undefined);
    expect(telemetry.span('in service').attributes['patient.id']).toBe('p1');
  });

  it('goes on where a carrier is opened', async () => {
    const root = await call({});
    library.runInContext(carrier, () => library.withSpan('job', () => library.setBusinessContext({ studyId: 'S1' })));
    const job = telemetry.span('job');
    expect(job.parentSpanContext?.spanId).toBe(carriesTrace ? root.spanContext().spanId : undefined);
    expect(job.attributes['tenant.id']).toBe(carriesBaggage ? 'aurora' : undefined);
    const { links } = library.runDetached('batch', () => trace.getActiveSpan() as unknown as ReadableSpan, {
      for: [carrier],
    });
    expect(links.map((link) => link.context.spanId)).toEqual(carriesTrace ? [root.spanContext().spanId] : []);
  });

  it('passes the self-check', async () => {
    await library.verifyInstrumentation({ http: base, grpcServer: { service: 'test.v1.Echo', address } });
  });
});

it('takes the last in the list where a caller says several things', async () => {
  vi.resetModules();
  const { createTracePropagator } = await import('./create-propagator.js');
  const headers = { ...HEADERS.tracecontext(CALLER), ...HEADERS.b3(OTHER) };
  const found = (names: readonly Format[]) =>
    trace.getSpanContext(
      createTracePropagator(names).extract(context.active(), headers, {
        get: (from: Headers, key) => from[key],
        keys: Object.keys,
      }),
    )?.traceId;
  expect(found(['tracecontext', 'b3'])).toBe(OTHER.traceId);
  expect(found(['b3', 'tracecontext'])).toBe(CALLER.traceId);
});

function bind(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
}
