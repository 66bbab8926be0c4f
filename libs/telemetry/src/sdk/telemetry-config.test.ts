import { describe, expect, it } from 'vitest';
import { readTelemetryConfig } from './telemetry-config.js';

describe('readTelemetryConfig', () => {
  it('has defaults that need no variable, also where one is empty', () => {
    expect(readTelemetryConfig({ OTEL_SDK_DISABLED: ' ', OTEL_SERVICE_NAME: 'epro-x' })).toMatchObject({
      disabled: false,
      serviceName: 'epro-x',
      traces: { exporters: ['otlp'], otlpProtocol: 'http/protobuf' },
      propagators: ['tracecontext', 'baggage'],
      batch: {
        maxQueueSize: 16_384,
        maxExportBatchSize: 4096,
        scheduledDelayMillis: 1000,
        exportTimeoutMillis: 10_000,
      },
      edge: 'continue',
      grpc: 'interceptors',
      selfCheck: 'fail',
      omit: [],
    });
  });

  it('reads lists and the standard names', () => {
    const config = readTelemetryConfig({
      OTEL_SDK_DISABLED: 'TRUE',
      EPRO_TELEMETRY_OMIT: 'pg,http',
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
    });
    expect(config).toMatchObject({
      disabled: true,
      omit: ['pg', 'http'],
      batch: { maxQueueSize: 100, maxExportBatchSize: 100 },
    });
  });

  it('names every value that cannot be used', () => {
    const env = {
      TRACE_EDGE: 'a',
      EPRO_TELEMETRY_GRPC: 'b',
      EPRO_TELEMETRY_OMIT: 'c',
      EPRO_TELEMETRY_SELF_CHECK: 'd',
      OTEL_BSP_MAX_QUEUE_SIZE: '-1',
    };
    for (const name of Object.keys(env)) expect(() => readTelemetryConfig(env)).toThrow(`  ${name}: `);
  });
});
