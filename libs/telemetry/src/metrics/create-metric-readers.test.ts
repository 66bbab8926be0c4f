import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { diag } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  startGrpcTraceReceiver,
  startHttpTraceReceiver,
  type TraceReceiver,
} from '../../test/support/trace-receivers.js';
import { readTelemetryConfig } from '../sdk/telemetry-config.js';
import { BoundedValues } from './bounded-values.js';
import { createMetricReaders } from './create-metric-readers.js';

const GRPC_PATH = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const PROTOCOLS: [string, () => Promise<TraceReceiver>, { path: string; type: string }][] = [
  ['http/protobuf', () => startHttpTraceReceiver(), { path: '/v1/metrics', type: 'application/x-protobuf' }],
  ['http/json', () => startHttpTraceReceiver(), { path: '/v1/metrics', type: 'application/json' }],
  ['grpc', () => startGrpcTraceReceiver(GRPC_PATH), { path: GRPC_PATH, type: 'application/grpc' }],
];

let receiver: TraceReceiver | undefined;
afterEach(async () => {
  await receiver?.stop();
  receiver = undefined;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('createMetricReaders', () => {
  it.each(PROTOCOLS)('sends by OTLP over %s what it has when it ends', async (protocol, start, { path, type }) => {
    receiver = await start();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
    const env = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocol };
    const provider = new MeterProvider({ readers: await createMetricReaders(readTelemetryConfig(env).metrics) });
    provider.getMeter('test').createCounter('test.counter').add(1);
    await provider.shutdown();
    expect(receiver.received).toHaveLength(1);
    const [{ headers, body, path: sentTo }] = receiver.received as [(typeof receiver.received)[0]];
    expect(sentTo).toBe(path);
    if (protocol !== 'grpc') expect(headers['content-type']).toBe(type);
    expect(body.includes('test.counter')).toBe(true);
  });

  it('goes on without a page where another process has its port, and says which setting changes it', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const error = vi.spyOn(diag, 'error').mockImplementation(() => {});
    const { port } = occupant.address() as AddressInfo;
    const readers = await createMetricReaders(
      readTelemetryConfig({
        OTEL_METRICS_EXPORTER: 'prometheus',
        OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
        OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
      }).metrics,
    );
    expect(readers).toHaveLength(1);
    expect(error.mock.calls).toEqual([
      [
        `Metrics cannot be read at http://127.0.0.1:${port}/metrics: another process has the port. Set OTEL_EXPORTER_PROMETHEUS_PORT.`,
      ],
    ]);
    await readers[0]!.shutdown();
    occupant.close();
  });

  it('names every setting that cannot be used', () => {
    const env = {
      OTEL_METRICS_EXPORTER: 'statsd',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'udp',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'both',
      OTEL_METRIC_EXPORT_INTERVAL: '0',
      OTEL_EXPORTER_PROMETHEUS_PORT: '70000',
      OTEL_LOGS_EXPORTER: 'syslog',
      OTEL_BLRP_MAX_QUEUE_SIZE: 'many',
      LOG_LEVEL: 'loud',
    };
    for (const name of Object.keys(env)) expect(() => readTelemetryConfig(env)).toThrow(`  ${name}: `);
  });
});

describe('BoundedValues', () => {
  it('keeps the names that came first, and calls all others other', () => {
    const tenants = new BoundedValues(2);
    expect(['a', 'b', 'a', 'c', 'd', 'b'].map((each) => tenants.bound(each))).toEqual([
      'a',
      'b',
      'a',
      'other',
      'other',
      'b',
    ]);
  });
});
