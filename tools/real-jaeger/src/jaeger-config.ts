/** Where a Jaeger's servers listen. */
export interface JaegerPorts {
  readonly query: number;
  readonly queryGrpc: number;
  readonly otlp: number;
  readonly otlpGrpc: number;
  readonly zipkin: number;
  readonly sampling: number;
  readonly samplingGrpc: number;
}

/** Between two looks at a file of sampling strategies. */
const RELOAD_INTERVAL = '50ms';

const HOST = '127.0.0.1';

/**
 * The smallest configuration of a Jaeger with its traces in memory: OTLP and Zipkin in, both query APIs out, nothing
 * else.
 *
 * @param strategies path of a file; with it, remote sampling is served too
 */
export function jaegerConfig(ports: JaegerPorts, strategies?: string) {
  return {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query', ...(strategies === undefined ? [] : ['remote_sampling'])],
      // Its own metrics would take a fixed port.
      telemetry: { logs: { level: 'warn' }, metrics: { level: 'none' } },
      // Without a batch processor: a test need not wait for it.
      pipelines: { traces: { receivers: ['otlp', 'zipkin'], exporters: ['jaeger_storage_exporter'] } },
    },
    extensions: {
      jaeger_query: {
        storage: { traces: 'main' },
        http: { endpoint: `${HOST}:${ports.query}` },
        grpc: { endpoint: `${HOST}:${ports.queryGrpc}` },
      },
      jaeger_storage: { backends: { main: { memory: { max_traces: 10_000 } } } },
      ...(strategies !== undefined && {
        remote_sampling: {
          file: { path: strategies, reload_interval: RELOAD_INTERVAL },
          http: { endpoint: `${HOST}:${ports.sampling}` },
          grpc: { endpoint: `${HOST}:${ports.samplingGrpc}` },
        },
      }),
    },
    receivers: {
      otlp: {
        protocols: {
          http: { endpoint: `${HOST}:${ports.otlp}` },
          grpc: { endpoint: `${HOST}:${ports.otlpGrpc}` },
        },
      },
      zipkin: { endpoint: `${HOST}:${ports.zipkin}` },
    },
    exporters: { jaeger_storage_exporter: { trace_storage: 'main' } },
  };
}
