import { once } from 'node:events';
import { createServer, request as httpRequest, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { startPostgres, type PostgresServer } from '@epro/embedded-postgres';
import { freePort } from '@epro/free-port';
import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  type ClientReadableStream,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { metrics } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { fastify, type FastifyInstance } from 'fastify';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { setBusinessContext } from '../context/set-business-context.js';
import { grpcClientInterceptors, grpcServerInterceptors } from '../grpc/interceptors.js';
import { registerHttpTelemetry } from '../http/fastify-telemetry.js';
import { createTracedPool } from '../pg/traced-pool.js';
import { createResource } from '../sdk/resource.js';
import { readTelemetryConfig } from '../sdk/telemetry-config.js';
import { telemetryHealth, type TelemetryHealth } from '../sdk/pipeline-report.js';
import { startTestTelemetry } from '../testing/index.js';
import { businessMetrics } from './business-metrics.js';
import { setUpMetrics } from './set-up-metrics.js';

/** OTLP's JSON, as far as it is looked at. */
interface Point {
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
  asInt?: string;
  asDouble?: number;
  count?: string;
  sum?: number;
  explicitBounds?: number[];
}
interface Metric {
  name: string;
  unit: string;
  sum?: { dataPoints: Point[]; isMonotonic?: boolean };
  gauge?: { dataPoints: Point[] };
  histogram?: { dataPoints: Point[] };
}
interface ExportRequest {
  resourceMetrics: {
    resource: Pick<Point, 'attributes'>;
    scopeMetrics: { scope: { name: string }; metrics: Metric[] }[];
  }[];
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const exported: ExportRequest[] = [];
let receiver: HttpServer;
let postgres: PostgresServer;
let pool: pg.Pool;
let grpc: Server;
let client: Client;
let grpcPort: number;
let app: FastifyInstance;
let base: string;
let page: string;
let busyPage: string;
let idlePage: string;
let health: TelemetryHealth;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void json(request).then((body) => {
      exported.push(body as ExportRequest);
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${port}`);
  const prometheusPort = await freePort();
  const config = readTelemetryConfig({
    OTEL_SERVICE_NAME: 'epro-test',
    OTEL_METRICS_EXPORTER: 'otlp,prometheus',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
    OTEL_EXPORTER_PROMETHEUS_PORT: String(prometheusPort),
  });
  page = `http://127.0.0.1:${prometheusPort}/metrics`;
  const setUp = await setUpMetrics(config.metrics);
  const { readers, views, instrumentations } = setUp;
  const provider = new MeterProvider({ resource: await createResource(config.resource), readers, views });
  metrics.setGlobalMeterProvider(provider);
  registerInstrumentations({ instrumentations });
  setUp.started();
  startTestTelemetry();
  postgres = await startPostgres();
  const ended = createTracedPool({ connectionString: postgres.url, application_name: 'ended', max: 3 });
  pool = createTracedPool({ connectionString: postgres.url, application_name: 'epro-test', max: 1 });
  await startGrpc();
  await startHttp();

  await traffic();
  idlePage = await (await fetch(page)).text();
  await ended.end();
  busyPage = await whileBusy();
  health = telemetryHealth();
  await provider.shutdown();
}, 60_000);
afterAll(async () => {
  await app.close();
  client.close();
  grpc.forceShutdown();
  await pool.end();
  await postgres.stop();
  receiver.close();
});

async function startGrpc() {
  const bytes = (value: Buffer) => value;
  const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
    ...{ path: `/test.v1.Echo/${name}`, requestStream, responseStream },
    ...{ requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes },
  });
  grpc = new Server({ interceptors: grpcServerInterceptors() });
  grpc.addService(
    {
      unary: method('Unary', false, false),
      down: method('Down', false, true),
      up: method('Up', true, false),
      chat: method('Chat', true, true),
    },
    {
      unary: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
        const code = Number(call.request);
        if (code >= 0) answer(code ? { code } : null, Buffer.alloc(0));
        else hung++;
      },
      down: (call: ServerWritableStream<Buffer, Buffer>) => call.end(),
      up: (call: ServerReadableStream<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
        call.on('data', () => {}).on('end', () => answer(null, Buffer.alloc(0))),
      chat: (call: ServerDuplexStream<Buffer, Buffer>) => call.on('data', () => {}).on('end', () => call.end()),
    },
  );
  grpcPort = await new Promise<number>((resolve, reject) =>
    grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const address = `127.0.0.1:${grpcPort}`;
  client = new Client(address, credentials.createInsecure(), { interceptors: grpcClientInterceptors(address) });
}

let hung = 0;
const same = (value: Buffer) => value;
const PATH = '/test.v1.Echo/';

/** Resolves when the call has ended, however it did. */
function call(code: number, deadlineMs = 5000): Promise<void> {
  const options = { deadline: Date.now() + deadlineMs };
  return new Promise((done) => {
    client.makeUnaryRequest(`${PATH}Unary`, same, same, Buffer.from(String(code)), options, () => done());
  });
}

async function callStreams() {
  const one = Buffer.alloc(1);
  const ended = (stream: ClientReadableStream<Buffer>) => once(stream.resume(), 'status');
  await ended(client.makeServerStreamRequest(`${PATH}Down`, same, same, one));
  await new Promise<void>((done) => {
    client.makeClientStreamRequest(`${PATH}Up`, same, same, () => done()).end(one);
  });
  const chat = client.makeBidiStreamRequest(`${PATH}Chat`, same, same);
  chat.end(one);
  await ended(chat);
  const cancelled = Promise.withResolvers<void>();
  const call = client.makeUnaryRequest(`${PATH}Unary`, same, same, Buffer.from('-1'), () => cancelled.resolve());
  // As soon as it has arrived, or the service would know nothing of it.
  await vi.waitFor(() => expect(hung).toBe(2), { timeout: 5000, interval: 5 });
  call.cancel();
  await cancelled.promise;
}

const hanging = Promise.withResolvers<void>();

async function startHttp() {
  app = fastify({ forceCloseConnections: true });
  registerHttpTelemetry(app, { untraced: ['/healthz'] });
  app.get('/healthz', () => 'ok');
  app.get('/items/:id', async () => {
    await pool.query('SELECT 1');
    await call(0);
    return 'ok';
  });
  app.get('/boom', () => {
    throw new Error('boom');
  });
  app.get('/hang', () => {
    hanging.resolve();
    return new Promise(() => {});
  });
  app.post('/submissions', () => {
    setBusinessContext({ tenantId: 'aurora' });
    businessMetrics.submissionStored({ replayed: false });
    businessMetrics.submissionStored({ replayed: true });
    businessMetrics.submissionRejected(['required', 'required', 'value']);
    businessMetrics.alertsRaised([{ rule: 'phq9-item9', level: 'critical' }]);
    return 'ok';
  });
  base = await app.listen({ port: 0, host: '127.0.0.1' });
}

async function traffic() {
  await expect(pool.query(`SELECT 'what the patient wrote'::int`)).rejects.toThrow();
  // Of a trace that nobody records: what is measured does not depend on it.
  await (
    await fetch(`${base}/items/2`, { headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` } })
  ).text();
  for (const path of ['/items/1', '/boom', '/nowhere/1', '/nowhere/2', '/healthz']) {
    await (await fetch(base + path)).text();
  }
  await (await fetch(`${base}/submissions`, { method: 'POST' })).text();
  await call(5);
  await call(13);
  await call(-1, 20);
  await callStreams();
}

/** What is to be seen while a request is being answered, a query runs and another waits for the one connection. */
async function whileBusy(): Promise<string> {
  const request = httpRequest(`${base}/hang`).on('error', () => {});
  request.end();
  const queries = [pool.query('SELECT pg_sleep(0.3)'), pool.query('SELECT 1')];
  await hanging.promise;
  const seen = await (await fetch(page)).text();
  request.destroy();
  await Promise.all(queries);
  await vi.waitFor(async () => expect(await (await fetch(page)).text()).toContain('error_type="aborted"'), 5000);
  return seen;
}

const scopes = () =>
  exported.flatMap(({ resourceMetrics }) => resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics));

function metric(name: string): Metric & { points: Point[] } {
  const found = scopes().flatMap(({ metrics: all }) => all.filter((each) => each.name === name));
  if (found.length !== 1) throw new Error(`${found.length} metrics are named ${name}`);
  const [only] = found as [Metric];
  return { ...only, points: (only.histogram ?? only.sum ?? only.gauge)!.dataPoints };
}

/** How often each series of a metric was recorded, by its attributes in alphabetical order. */
function counts(name: string): Record<string, number> {
  return Object.fromEntries(
    metric(name).points.map((point) => [label(point), Number(point.count ?? point.asInt ?? point.asDouble)]),
  );
}

function label({ attributes }: Pick<Point, 'attributes'>): string {
  return attributes
    .map(({ key, value }) => `${key}=${value.stringValue ?? value.intValue}`)
    .sort()
    .join(' ');
}

/** A series of a Prometheus page: its value, by name and part of its labels. */
function scraped(text: string, name: string, ...labels: string[]): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const found = lines.filter((line) => labels.every((each) => line.includes(each)));
  if (found.length !== 1)
    throw new Error(`${found.length} series are ${name} ${labels.join(' ')}:\n${lines.join('\n')}`);
  return Number(found[0]!.split(' ').at(-1));
}

describe('by OTLP', () => {
  it('HTTP requests are timed by route and status, without untraced routes', () => {
    const { unit, points } = metric('http.server.request.duration');
    expect(unit).toBe('s');
    expect(points[0]!.explicitBounds).toEqual(SECONDS);
    const get = 'http.request.method=GET';
    expect(counts('http.server.request.duration')).toEqual({
      [`${get} http.response.status_code=200 http.route=/items/:id url.scheme=http`]: 2,
      [`error.type=500 ${get} http.response.status_code=500 http.route=/boom url.scheme=http`]: 1,
      [`${get} http.response.status_code=404 url.scheme=http`]: 2,
      [`error.type=aborted ${get} http.route=/hang url.scheme=http`]: 1,
      'http.request.method=POST http.response.status_code=200 http.route=/submissions url.scheme=http': 1,
    });
    for (const { sum } of points) expect(sum).toBeGreaterThan(0);
  });

  it('calls are timed on both sides, in all four forms, by status', () => {
    const peer = () => `server.address=127.0.0.1 server.port=${grpcPort}`;
    const series = (method: string, status: string, count: number, failed: boolean) => [
      `${failed ? `error.type=${status} ` : ''}rpc.method=test.v1.Echo/${method} rpc.status_code=${status} rpc.system.name=grpc`,
      count,
    ];
    const { unit, points } = metric('rpc.server.call.duration');
    expect(unit).toBe('s');
    expect(points[0]!.explicitBounds).toEqual(SECONDS);
    expect(counts('rpc.server.call.duration')).toEqual(
      Object.fromEntries([
        series('Unary', 'OK', 2, false),
        series('Unary', 'NOT_FOUND', 1, false),
        series('Unary', 'INTERNAL', 1, true),
        series('Unary', 'DEADLINE_EXCEEDED', 1, true),
        series('Unary', 'CANCELLED', 1, false),
        series('Down', 'OK', 1, false),
        series('Up', 'OK', 1, false),
        series('Chat', 'OK', 1, false),
      ]),
    );
    expect(metric('rpc.client.call.duration')).toMatchObject({ unit: 's' });
    expect(counts('rpc.client.call.duration')).toEqual(
      Object.fromEntries(
        [
          series('Unary', 'OK', 2, false),
          series('Unary', 'NOT_FOUND', 1, true),
          series('Unary', 'INTERNAL', 1, true),
          series('Unary', 'DEADLINE_EXCEEDED', 1, true),
          series('Unary', 'CANCELLED', 1, true),
          series('Down', 'OK', 1, false),
          series('Up', 'OK', 1, false),
          series('Chat', 'OK', 1, false),
        ].map(([labels, count]) => [`${labels} ${peer()}`, count]),
      ),
    );
  });

  it('what happened to submissions is counted by tenant, outcome and rule', () => {
    expect(metric('epro.submissions')).toMatchObject({ unit: '{submission}', sum: { isMonotonic: true } });
    expect(counts('epro.submissions')).toEqual({
      'epro.outcome=accepted tenant.id=aurora': 1,
      'epro.outcome=replayed tenant.id=aurora': 1,
      'epro.outcome=rejected tenant.id=aurora': 1,
    });
    expect(counts('epro.submission.rejections')).toEqual({
      'epro.rule=required tenant.id=aurora': 1,
      'epro.rule=value tenant.id=aurora': 1,
    });
    expect(counts('epro.alerts')).toEqual({ 'epro.alert.level=critical epro.rule=phq9-item9 tenant.id=aurora': 1 });
    expect(metric('epro.submission.time_to_durable').unit).toBe('s');
    expect(counts('epro.submission.time_to_durable')).toEqual({ 'tenant.id=aurora': 1 });
  });

  it('the pool is the one that is open, and statements are timed', () => {
    expect(metric('db.client.connection.max')).toMatchObject({ unit: '{connection}' });
    expect(counts('db.client.connection.max')).toEqual({
      'db.client.connection.pool.name=epro-test': 1,
      'db.client.connection.pool.name=ended': 0,
    });
    expect(metric('db.client.operation.duration').unit).toBe('s');
    const select = 'db.namespace=postgres db.operation.name=SELECT db.query.summary=SELECT';
    const server = `db.system.name=postgresql server.address=127.0.0.1 server.port=${postgres.port}`;
    // Without a word of the statement that failed.
    expect(counts('db.client.operation.duration')).toEqual({
      [`${select} ${server}`]: 3,
      [`db.collection.name=pg_sleep ${select.replace(/SELECT$/, 'SELECT pg_sleep')} ${server}`]: 1,
      [`${select} db.system.name=postgresql error.type=22P02 ${server.slice(server.indexOf(' ') + 1)}`]: 1,
    });
  });

  it('the pipeline tells what became of the spans', () => {
    expect(metric('otel.sdk.span.live').unit).toBe('{span}');
    expect(counts('otel.sdk.span.live')).toEqual({ '': 0 });
    expect(counts('epro.telemetry.spans.ended')).toEqual({ '': health.ended });
    expect(health.ended).toBeGreaterThan(20);
    expect(Object.keys(counts('otel.sdk.processor.span.processed')).sort()).toEqual([
      '',
      'error.type=after_shutdown',
      'error.type=queue_full',
    ]);
    expect(Object.keys(counts('otel.sdk.exporter.span.exported')).sort()).toEqual(['', 'error.type=export_failed']);
    expect(metric('otel.sdk.processor.span.queue.size').unit).toBe('{span}');
    expect(counts('otel.sdk.log.created')).toEqual({ '': 0 });
    expect(counts('otel.sdk.exporter.log.exported')).toEqual({ '': 0, 'error.type=export_failed': 0 });
  });

  it('the process and its event loop are measured, and all of it is said by whom', () => {
    expect(counts('process.memory.usage')['']).toBeGreaterThan(10_000_000);
    expect(Object.keys(counts('process.cpu.time')).sort()).toEqual(['cpu.mode=system', 'cpu.mode=user']);
    expect(metric('nodejs.eventloop.utilization').points).toHaveLength(1);
    const { resource } = exported[0]!.resourceMetrics[0]!;
    expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'epro-test' } });
  });
});

describe('on the Prometheus page', () => {
  it('is the same', () => {
    const labels = ['http_route="/items/:id"', 'http_response_status_code="200"'];
    expect(scraped(busyPage, 'http_server_request_duration_count', ...labels)).toBe(2);
    expect(scraped(busyPage, 'epro_submissions_total', 'tenant_id="aurora"', 'epro_outcome="rejected"')).toBe(1);
    expect(scraped(busyPage, 'rpc_server_call_duration_count', 'rpc_status_code="NOT_FOUND"')).toBe(1);
    expect(scraped(busyPage, 'target_info', 'service_name="epro-test"')).toBe(1);
  });

  it('requests and pools are shown as they are at that moment', () => {
    expect(scraped(idlePage, 'http_server_active_requests', 'GET')).toBe(0);
    expect(scraped(busyPage, 'http_server_active_requests', 'GET')).toBe(1);
    const count = 'db_client_connection_count';
    expect(scraped(idlePage, count, '"epro-test"', '"idle"')).toBe(1);
    expect(scraped(idlePage, count, '"epro-test"', '"used"')).toBe(0);
    expect(scraped(idlePage, 'db_client_connection_max', '"ended"')).toBe(3);
    expect(scraped(busyPage, count, '"epro-test"', '"idle"')).toBe(0);
    expect(scraped(busyPage, count, '"epro-test"', '"used"')).toBe(1);
    expect(scraped(busyPage, 'db_client_connection_pending_requests', '"epro-test"')).toBe(1);
    expect(scraped(busyPage, 'db_client_connection_max', '"ended"')).toBe(0);
  });
});

it('nothing is set up where no exporter is chosen', async () => {
  const config = readTelemetryConfig({ OTEL_SERVICE_NAME: 'epro-test' });
  expect(await setUpMetrics(config.metrics)).toMatchObject({ readers: [], views: [], instrumentations: [] });
});
