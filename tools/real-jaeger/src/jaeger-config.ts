/** Where a Jaeger's servers listen. */
export interface JaegerPorts {
  readonly query: number;
  readonly queryGrpc: number;
  readonly otlp: number;
}

const HOST = '127.0.0.1';

/** The smallest configuration of a Jaeger with its traces in memory: OTLP/HTTP in, both query APIs out, nothing else. */
export function jaegerConfig(ports: JaegerPorts) {
  return {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      // Its own metrics would take a fixed port.
      telemetry: { logs: { level: 'warn' }, metrics: { level: 'none' } },
      // Without a batch processor: a test need not wait for it.
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
    },
    extensions: {
      jaeger_query: {
        storage: { traces: 'main' },
        http: { endpoint: `${HOST}:${ports.query}` },
        grpc: { endpoint: `${HOST}:${ports.queryGrpc}` },
      },
      jaeger_storage: { backends: { main: { memory: { max_traces: 10_000 } } } },
    },
    receivers: { otlp: { protocols: { http: { endpoint: `${HOST}:${ports.otlp}` } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'main' } },
  };
}
