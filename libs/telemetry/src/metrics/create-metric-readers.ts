import { diag } from '@opentelemetry/api';
import type { MetricReader, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { OtlpProtocol } from '../sdk/otlp.settings.js';
import type { MetricsExporterName, MetricsSettings } from './metrics.settings.js';

/** What takes the metrics out of this process, a reader for each exporter. Only what is chosen is loaded. */
export function createMetricReaders(settings: MetricsSettings): Promise<MetricReader[]> {
  return Promise.all(settings.exporters.map((name) => createReader(name, settings)));
}

async function createReader(name: MetricsExporterName, settings: MetricsSettings): Promise<MetricReader> {
  if (name === 'prometheus') return servePrometheus(settings.prometheus);
  const { ConsoleMetricExporter, PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics');
  return new PeriodicExportingMetricReader({
    exporter: name === 'console' ? new ConsoleMetricExporter() : await createOtlpExporter(settings.otlpProtocol),
    exportIntervalMillis: settings.intervalMillis,
    exportTimeoutMillis: settings.timeoutMillis,
  });
}

async function createOtlpExporter(protocol: OtlpProtocol): Promise<PushMetricExporter> {
  switch (protocol) {
    case 'grpc':
      return new (await import('@opentelemetry/exporter-metrics-otlp-grpc')).OTLPMetricExporter();
    case 'http/json':
      return new (await import('@opentelemetry/exporter-metrics-otlp-http')).OTLPMetricExporter();
    case 'http/protobuf':
      return new (await import('@opentelemetry/exporter-metrics-otlp-proto')).OTLPMetricExporter();
  }
}

/** A page that cannot be served is said, and no reason for the service not to start. */
async function servePrometheus({ host, port }: MetricsSettings['prometheus']): Promise<MetricReader> {
  const { PrometheusExporter } = await import('@opentelemetry/exporter-prometheus');
  const exporter = new PrometheusExporter({ host, port, preventServerStart: true });
  await exporter.startServer().catch((error: unknown) => {
    const reason = (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'another process has the port' : error;
    diag.error(
      `Metrics cannot be read at http://${host}:${port}/metrics: ${String(reason)}. Set OTEL_EXPORTER_PROMETHEUS_PORT.`,
    );
  });
  return exporter;
}
