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

  it.each<[string, Record<string, string>, object]>([
    ['lists with spaces and repetitions', { OTEL_PROPAGATORS: ' b3 , b3,baggage' }, { propagators: ['b3', 'baggage'] }],
    ['an empty list', { OTEL_PROPAGATORS: 'none' }, { propagators: [] }],
    ['several exporters', { OTEL_TRACES_EXPORTER: 'otlp,zipkin' }, { traces: { exporters: ['otlp', 'zipkin'] } }],
    ['no exporter', { OTEL_TRACES_EXPORTER: 'none' }, { traces: { exporters: [] } }],
    ['a protocol', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, { traces: { otlpProtocol: 'grpc' } }],
    [
      "a signal's own protocol before that of all",
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' },
      { traces: { otlpProtocol: 'http/json' } },
    ],
    [
      'Zipkin',
      { OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'https://z/api', OTEL_EXPORTER_ZIPKIN_TIMEOUT: '5' },
      { traces: { zipkin: { endpoint: 'https://z/api', timeoutMillis: 5 } } },
    ],
    ['a batch', { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '7' }, { batch: { maxExportBatchSize: 7, maxQueueSize: 16_384 } }],
    [
      'limits',
      { OTEL_ATTRIBUTE_COUNT_LIMIT: '9', OTEL_SPAN_EVENT_COUNT_LIMIT: '3' },
      { limits: { attributeCountLimit: 9, eventCountLimit: 3 } },
    ],
    [
      'the service in the resource attributes',
      { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a%20b,service.version=7' },
      { serviceName: 'a b', resource: { serviceVersion: '7' } },
    ],
    [
      'the name of the service before that in the resource attributes',
      { OTEL_SERVICE_NAME: 'x', OTEL_RESOURCE_ATTRIBUTES: 'service.name=y' },
      { serviceName: 'x' },
    ],
    [
      'gRPC endpoints without a scheme',
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'a:4317' },
      {},
    ],
  ])('reads %s', (_, env, expected) => {
    expect(readTelemetryConfig(env)).toMatchObject(expected);
  });

  it('cannot be changed, nor any part of it', () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(readTelemetryConfig({ OTEL_RESOURCE_ATTRIBUTES: 'a=b' }))).toBe(true);
  });

  const MARKER = 's3cret';
  const PROBLEMS: [name: string, value: string, says: string][] = [
    ['OTEL_SDK_DISABLED', MARKER, 'must be true or false'],
    ['OTEL_LOG_LEVEL', MARKER, 'must be none, error, warn, info, debug, verbose or all'],
    ['OTEL_TRACES_EXPORTER', `otlp,${MARKER}`, 'entry 2 of the list must be otlp, zipkin or console'],
    ['OTEL_PROPAGATORS', `${MARKER},none`, 'entry 1 of the list must be tracecontext, baggage, b3 or b3multi'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', MARKER, 'must be http/protobuf, http/json or grpc'],
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', MARKER, 'must be http/protobuf, http/json or grpc'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', `ftp://user:${MARKER}@x`, 'must be an URL, as in http://localhost:4318'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', `${MARKER}:4318`, 'must be an URL, as in http://localhost:4318, where'],
    ['OTEL_EXPORTER_OTLP_HEADERS', `a=b,${MARKER}`, 'entry 2 of the list must be name=value'],
    ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', `authorization=${MARKER}%0a`, 'entry 1 of the list must be name=value'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '1.5', 'must be a whole number above 0'],
    ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', '10s', 'must be a whole number above 0'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', MARKER, 'must be gzip or none'],
    ['OTEL_EXPORTER_OTLP_INSECURE', MARKER, 'must be true or false'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', `/${MARKER}`, 'must be the path of a file that this process can read'],
    ['OTEL_EXPORTER_ZIPKIN_ENDPOINT', MARKER, 'must be an URL, as in http://localhost:9411/api/v2/spans'],
    ['OTEL_EXPORTER_ZIPKIN_TIMEOUT', '0', 'must be a whole number above 0'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '-1', 'must be a whole number above 0'],
    ['OTEL_BSP_EXPORT_TIMEOUT', 'Infinity', 'must be a whole number above 0'],
    ['OTEL_SPAN_LINK_COUNT_LIMIT', 'many', 'must be a whole number above 0'],
    ['OTEL_RESOURCE_ATTRIBUTES', `a=b,${MARKER}`, 'entry 2 of the list must be key=value'],
    ['EPRO_ENVIRONMENT', `${MARKER} !`, 'must be letters, digits and . _ -, 64 at most'],
    ['CLOUD_REGION', `${MARKER}/`, 'must be letters, digits and . _ -, 64 at most'],
    ['TRACE_EDGE', MARKER, 'must be continue or restart'],
    ['EPRO_TELEMETRY_GRPC', MARKER, 'must be interceptors or instrumentation'],
    ['EPRO_TELEMETRY_PG', MARKER, 'must be pool or instrumentation'],
    ['EPRO_TELEMETRY_OMIT', `pg,${MARKER}`, 'entry 2 of the list must be http, grpc-server, grpc-client or pg'],
    ['EPRO_TELEMETRY_SELF_CHECK', MARKER, 'must be fail, warn or off'],
  ];

  it('names every value that cannot be used, at once, and shows none', () => {
    const env = Object.fromEntries(PROBLEMS.map(([name, value]) => [name, value]));
    const message = messageOf(env);
    for (const [name, , says] of PROBLEMS) expect(message).toContain(`\n  ${name}: ${says}`);
    expect(message).not.toContain(MARKER);
  });

  it.each<[string, Record<string, string>]>([
    [
      'OTEL_BSP_MAX_EXPORT_BATCH_SIZE: must not be above OTEL_BSP_MAX_QUEUE_SIZE, which is 10',
      { OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '11' },
    ],
    [
      'OTEL_BSP_MAX_EXPORT_BATCH_SIZE: must not be above OTEL_BSP_MAX_QUEUE_SIZE, which is 16384',
      { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '20000' },
    ],
    ['OTEL_PROPAGATORS: entry 2 of the list is none, which must stand alone', { OTEL_PROPAGATORS: 'b3,none' }],
    [
      'OTEL_EXPORTER_OTLP_CLIENT_KEY: does nothing alone; set OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE too',
      { OTEL_EXPORTER_OTLP_CLIENT_KEY: import.meta.filename },
    ],
    [
      'OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: does nothing alone; set OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY too',
      { OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: import.meta.filename },
    ],
  ])('sees what does not go together: %s', (says, env) => {
    // Also where something else is wrong.
    expect(messageOf({ ...env, TRACE_EDGE: 'x' })).toContain(`\n  ${says}`);
  });

  it('takes no resource attribute that tells who runs the process, and how', () => {
    const { attributes } = readTelemetryConfig({
      OTEL_RESOURCE_ATTRIBUTES: 'process.command_line=run --key x,process.owner=jane,team=a',
    }).resource;
    expect(attributes).toEqual({ team: 'a' });
  });
});

function messageOf(env: Record<string, string>): string {
  try {
    readTelemetryConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It could be used');
}
