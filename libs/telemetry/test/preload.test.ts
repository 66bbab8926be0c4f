import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import {
  readOtlpProtobuf,
  startGrpcTraceReceiver,
  startHttpTraceReceiver,
  type TraceReceiver,
} from './support/trace-receivers.js';

/** Ends only after its first span has been sent: what the sending itself leaves behind would go with the second. */
const PROGRAM = `
  import '@grpc/grpc-js';
  import { runDetached, shutdownOnSignal, telemetryHealth } from '@epro/telemetry';
  runDetached('first', () => {});
  while (telemetryHealth().exported === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  runDetached('second', () => {});
  shutdownOnSignal({ close: async () => {} });
  process.kill(process.pid, 'SIGTERM');
  setInterval(() => {}, 1000);
`;

/** Runs a program as a service is run, in a process of its own. */
function run(program: string, env: Record<string, string>) {
  const args = ['--import', '@epro/telemetry/register', '--input-type=module', '--eval', program];
  return promisify(execFile)(process.execPath, args, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH: process.env['PATH'], OTEL_BSP_SCHEDULE_DELAY: '10', LOG_LEVEL: 'warn', ...env },
    timeout: 15_000,
  });
}

let receiver: TraceReceiver;
afterEach(() => receiver?.stop());

describe('@epro/telemetry/register', () => {
  const otlp = (protocol: string, url: string) => ({
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
  });
  const fromJson = (body: Buffer): string[] =>
    [...body.toString().matchAll(/"name":"(first|second|[^"]*Export|POST)"/g)].map(([, name]) => name!);
  const fromProtobuf = (body: Buffer): string[] => readOtlpProtobuf(body).names;

  it.each([
    {
      to: 'OTLP over http/protobuf',
      start: startHttpTraceReceiver,
      env: (url: string) => otlp('http/protobuf', url),
      read: fromProtobuf,
    },
    {
      to: 'OTLP over http/json',
      start: startHttpTraceReceiver,
      env: (url: string) => otlp('http/json', url),
      read: fromJson,
    },
    {
      to: 'OTLP over gRPC',
      start: startGrpcTraceReceiver,
      env: (url: string) => otlp('grpc', url),
      read: fromProtobuf,
    },
    {
      to: 'OTLP over gRPC, with instrumentation-grpc',
      start: startGrpcTraceReceiver,
      env: (url: string) => ({ ...otlp('grpc', url), EPRO_TELEMETRY_GRPC: 'instrumentation' }),
      read: fromProtobuf,
    },
    {
      to: 'Zipkin',
      start: startHttpTraceReceiver,
      env: (url: string) => ({ OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: url }),
      read: fromJson,
    },
  ])('sends to $to every span, and none of the sending itself', async ({ start, env, read }) => {
    receiver = await start();
    await run(PROGRAM, env(receiver.url));
    expect(receiver.received.flatMap(({ body }) => read(body))).toEqual(['first', 'second']);
    expect(receiver.received.length).toBeGreaterThan(1);
  });

  it('prints every span to the console', async () => {
    const { stdout } = await run(PROGRAM, { OTEL_TRACES_EXPORTER: 'console' });
    expect(stdout.match(/name: '(first|second)'/g)).toEqual(["name: 'first'", "name: 'second'"]);
  });

  it('sends nowhere, and loses nothing by it', async () => {
    const program = `
      import { runDetached, telemetryHealth } from '@epro/telemetry';
      runDetached('first', () => {});
      console.log(JSON.stringify(telemetryHealth()));
    `;
    const { stdout } = await run(program, { OTEL_TRACES_EXPORTER: 'none' });
    expect(JSON.parse(stdout)).toMatchObject({
      ended: 1,
      withheld: 1,
      exported: 0,
      dropped: { queue_full: 0, export_failed: 0, after_shutdown: 0 },
    });
  });

  it('stops a process that cannot be configured, with everything that is wrong and no value', async () => {
    const env = { OTEL_TRACES_EXPORTER: 'jaeger', OTEL_PROPAGATORS: 'xray', OTEL_EXPORTER_OTLP_HEADERS: 's3cret' };
    const failure = await run('console.log("started")', env).then(
      () => undefined,
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );
    expect(failure).toMatchObject({ code: 1, stdout: '' });
    for (const name of Object.keys(env)) expect(failure!.stderr).toContain(`  ${name}: entry 1 of the list must be `);
    expect(failure!.stderr).not.toMatch(/s3cret/);
  });
});
