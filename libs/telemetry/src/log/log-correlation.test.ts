import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const REQUESTS = 200;

/**
 * A service and one that it calls, both of which log before, within and after steps that give way to other requests.
 * Every line says to which request and to which span it belongs; then it is seen whether its ids do.
 */
const PROGRAM = `
  import grpc from '@grpc/grpc-js';
  import { Logger } from '@nestjs/common';
  import { fastify } from 'fastify';
  import { createLogger, grpcClientInterceptors, grpcServerInterceptors, registerHttpTelemetry, setBusinessContext,
    shutdownOnSignal, withSpan } from '@epro/telemetry';

  const logger = createLogger();
  Logger.overrideLogger(logger);
  const gap = () => new Promise((done) => Math.random() < 0.5 ? setImmediate(done) : setTimeout(done, Math.random() * 5));
  const work = async (span, number) => {
    logger.log(span + ' of ' + number, 'Component');
    await gap();
    logger.log(span + ' of ' + number, 'Component');
    await Promise.all([1, 2].map((part) => withSpan('part' + part, async () => {
      await gap();
      logger.log('part' + part + ' of ' + number, 'Component');
    })));
    await gap();
    logger.log(span + ' of ' + number, 'Component');
  };

  const bytes = (value) => value;
  const method = { path: '/test.v1.Echo/Say', requestStream: false, responseStream: false,
    requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes };
  const server = new grpc.Server({ interceptors: grpcServerInterceptors() });
  server.addService({ say: method }, { say: async (call, answer) => {
    await work('test.v1.Echo/Say', call.request);
    answer(null, call.request);
  } });
  const port = await new Promise((done) => server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (_, bound) => done(bound)));
  const address = '127.0.0.1:' + port;
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), { interceptors: grpcClientInterceptors(address) });
  const say = (number) => new Promise((done) => client.makeUnaryRequest(method.path, bytes, bytes, Buffer.from(number), done));

  const app = fastify();
  registerHttpTelemetry(app);
  app.get('/work', async (request) => {
    const number = request.headers['x-number'];
    setBusinessContext({ tenantId: 'tenant-' + number, patientId: 'AUR-' + number });
    await work('GET /work', number);
    await say(number);
    await work('GET /work', number);
    if (number === '7') logger.error(new RangeError('what the patient wrote'), 'Component');
    return 'ok';
  });
  const base = await app.listen({ port: 0 });
  logger.warn('outside of 0', 'Component');
  await Promise.all(Array.from({ length: ${REQUESTS} }, (_, number) =>
    fetch(base + '/work', { headers: { 'x-number': String(number), 'x-request-id': 'request-' + number } })));
  shutdownOnSignal({ close: async () => { client.close(); server.forceShutdown(); await app.close(); } });
  process.kill(process.pid, 'SIGTERM');
`;

/** OTLP's JSON, as far as it is looked at. */
interface Attribute {
  key: string;
  value: { stringValue?: string };
}
interface OtlpSpan {
  traceId: string;
  spanId: string;
  name: string;
}
interface OtlpRecord {
  severityNumber: number;
  severityText: string;
  body: { stringValue: string };
  attributes: Attribute[];
  traceId?: string;
  spanId?: string;
}
interface ExportRequest {
  resourceSpans?: { scopeSpans: { spans: OtlpSpan[] }[] }[];
  resourceLogs?: { scopeLogs: { scope: { name: string }; logRecords: OtlpRecord[] }[] }[];
}

type Line = Record<string, string>;

let receiver: Server;
const spans: OtlpSpan[] = [];
const records: (OtlpRecord & { scope: string })[] = [];
let lines: Line[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void json(request).then((body) => {
      const { resourceSpans = [], resourceLogs = [] } = body as ExportRequest;
      for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
      for (const { scopeLogs } of resourceLogs)
        for (const { scope, logRecords } of scopeLogs)
          records.push(...logRecords.map((record) => ({ ...record, scope: scope.name })));
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const args = ['--import', '@epro/telemetry/register', '--input-type=module', '--eval', PROGRAM];
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: {
      PATH: process.env['PATH'],
      OTEL_SERVICE_NAME: 'test',
      OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.2.3',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
      OTEL_BLRP_MAX_QUEUE_SIZE: '100000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}, 60_000);
afterAll(() => receiver.close());

/** The lines that say where they belong. */
function told() {
  return lines
    .map((line) => ({ line, told: /^(.*) of (\d+)$/.exec(line['msg'] ?? '') }))
    .filter(({ told, line }) => told && line['level'] === 'info')
    .map(({ line, told }) => ({ line, span: told![1]!, number: told![2]! }));
}

describe('a log line', () => {
  it('belongs to its own request and its own span, among hundreds at the same time', () => {
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const traces = new Map<string, string>();
    // Three of a service's own and two of its parts, three times a request.
    expect(told()).toHaveLength(REQUESTS * 15);
    for (const { line, span, number } of told()) {
      expect(line).toMatchObject({ request_id: `request-${number}`, 'patient.id': `AUR-${number}` });
      expect(byId.get(line['span_id']!)).toMatchObject({ name: span, traceId: line['trace_id'] });
      expect(line['trace_id']).toBe(traces.get(number) ?? line['trace_id']);
      traces.set(number, line['trace_id']!);
    }
    expect(new Set(traces.values()).size).toBe(REQUESTS);
  });

  it('says by whom it was logged, and has no ids where there is no request', () => {
    for (const line of lines) {
      expect(line).toMatchObject({ service: 'test', version: '1.2.3' });
      expect(new Date(line['time']!).toISOString()).toBe(line['time']);
    }
    const outside = lines.find(({ msg }) => msg === 'outside of 0')!;
    expect(Object.keys(outside).sort()).toEqual(['component', 'level', 'msg', 'service', 'time', 'version']);
    expect(told()[0]!.line['tenant']).toMatch(/^tenant-\d+$/);
  });

  it('is sent by OTLP too, with the same ids, and what may not leave does not', () => {
    const sent = new Map(records.map((record) => [`${record.spanId} ${record.body.stringValue}`, record]));
    expect(records.length).toBeGreaterThanOrEqual(told().length);
    for (const { line, number } of told()) {
      const record = sent.get(`${line['span_id']} ${line['msg']}`);
      expect(record).toMatchObject({
        traceId: line['trace_id'],
        scope: 'Component',
        severityText: 'info',
        severityNumber: 9,
      });
      expect(record!.attributes).toContainEqual({ key: 'request.id', value: { stringValue: `request-${number}` } });
      expect(record!.attributes).toContainEqual({ key: 'tenant.id', value: { stringValue: `tenant-${number}` } });
    }
    const outside = records.find(({ body }) => body.stringValue === 'outside of 0');
    expect(outside).toMatchObject({ severityText: 'warn', severityNumber: 13 });
    expect(outside!.traceId ?? '').toBe('');
    const failed = records.find(({ severityText }) => severityText === 'error')!;
    expect(failed).toMatchObject({ severityNumber: 17, body: { stringValue: 'RangeError' } });
    expect(failed.attributes).toContainEqual({ key: 'exception.type', value: { stringValue: 'RangeError' } });
    expect(JSON.stringify([records, lines])).not.toContain('what the patient wrote');
  });

  it('at the end says what became of the spans', () => {
    const last = lines.find(({ msg }) => msg?.startsWith('Spans: '));
    expect(last).toMatchObject({ level: 'info', component: 'Shutdown' });
    expect(last!['msg']).toBe(`Spans: ${spans.length} ended, ${spans.length} exported, 0 dropped, 0 still open`);
  });
});
