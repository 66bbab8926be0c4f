import { SeverityNumber } from '@opentelemetry/api';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  startGrpcTraceReceiver,
  startHttpTraceReceiver,
  type TraceReceiver,
} from '../../test/support/trace-receivers.js';
import { readTelemetryConfig } from '../sdk/telemetry-config.js';
import { createLogProcessors } from './create-log-processors.js';
import { logReport } from './log-report.js';

const GRPC_PATH = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const PROTOCOLS: [string, () => Promise<TraceReceiver>, string][] = [
  ['http/protobuf', () => startHttpTraceReceiver(), '/v1/logs'],
  ['http/json', () => startHttpTraceReceiver(), '/v1/logs'],
  ['grpc', () => startGrpcTraceReceiver(GRPC_PATH), GRPC_PATH],
];

let receiver: TraceReceiver | undefined;
afterEach(async () => {
  await receiver?.stop();
  receiver = undefined;
  vi.unstubAllEnvs();
});

async function loggerFor(env: Record<string, string>) {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver!.url);
  const { log } = readTelemetryConfig({ OTEL_LOGS_EXPORTER: 'otlp', ...env });
  const provider = new LoggerProvider({ processors: await createLogProcessors(log) });
  return { provider, logger: provider.getLogger('test') };
}

describe('createLogProcessors', () => {
  it.each(PROTOCOLS)('sends lines by OTLP over %s, without what may not leave', async (protocol, start, path) => {
    receiver = await start();
    const { provider, logger } = await loggerFor({ OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: protocol });
    logger.emit({
      severityNumber: SeverityNumber.INFO,
      body: 'stored "what the patient wrote"',
      attributes: { 'tenant.id': 'aurora', answer: 'what the patient wrote' },
    });
    const before = logReport.exported;
    await provider.shutdown();
    expect(logReport.exported).toBe(before + 1);
    expect(receiver.received.map((each) => each.path)).toEqual([path]);
    const { body } = receiver.received[0]!;
    for (const kept of ['stored', 'tenant.id', 'aurora']) expect(body.includes(kept)).toBe(true);
    for (const private_ of ['answer', 'what the patient wrote']) expect(body.includes(private_)).toBe(false);
  });

  it('holds nobody up and keeps a bounded number of lines while the backend hangs', async () => {
    receiver = await startHttpTraceReceiver(() => 'hang');
    vi.stubEnv('OTEL_EXPORTER_OTLP_LOGS_TIMEOUT', '200');
    const { provider, logger } = await loggerFor({
      OTEL_BLRP_MAX_QUEUE_SIZE: '10',
      OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '5',
      OTEL_BLRP_EXPORT_TIMEOUT: '200',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    });
    const { exported, failed } = logReport;
    for (let line = 0; line < 1000; line++) logger.emit({ body: `line ${line}` });
    await provider.shutdown();
    const sent = receiver.received.flatMap(({ body }) => body.toString().match(/line \d+/g) ?? []);
    // One batch that was being sent, and the queue.
    expect(new Set(sent).size).toBeLessThanOrEqual(15);
    expect(sent).toContain('line 0');
    expect(logReport.exported).toBe(exported);
    expect(logReport.failed).toBe(failed + new Set(sent).size);
  });
});
