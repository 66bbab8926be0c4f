import { ConsoleSpanExporter, type SpanExporter } from '@opentelemetry/sdk-trace';
import { PrivateSpanExporter } from '../privacy/private-exporter.js';
import type { ExportSettings, TraceExporterName } from './export.settings.js';
import { FanOutSpanExporter } from './fan-out.exporter.js';
import type { OtlpProtocol } from './otlp.settings.js';
import { ZipkinSpanExporter } from './zipkin.exporter.js';

/**
 * Where spans are sent, whatever it is only what may leave of them; `undefined`: nowhere. Only what is used is loaded:
 * an exporter costs a process up to 100 ms of its start.
 */
export async function createSpanExporter(settings: ExportSettings): Promise<SpanExporter | undefined> {
  const exporters = await Promise.all(settings.exporters.map((name) => EXPORTERS[name](settings)));
  const exporter = exporters.length > 1 ? new FanOutSpanExporter(exporters) : exporters[0];
  return exporter && new PrivateSpanExporter(exporter);
}

const EXPORTERS: Record<TraceExporterName, (settings: ExportSettings) => Promise<SpanExporter>> = {
  otlp: ({ otlpProtocol }) => OTLP[otlpProtocol](),
  zipkin: ({ zipkin }) => Promise.resolve(new ZipkinSpanExporter(zipkin)),
  console: () => Promise.resolve(new ConsoleSpanExporter()),
};

const OTLP: Record<OtlpProtocol, () => Promise<SpanExporter>> = {
  'http/protobuf': async () => new (await import('@opentelemetry/exporter-trace-otlp-proto')).OTLPTraceExporter(),
  'http/json': async () => new (await import('@opentelemetry/exporter-trace-otlp-http')).OTLPTraceExporter(),
  grpc: async () => new (await import('@opentelemetry/exporter-trace-otlp-grpc')).OTLPTraceExporter(),
};
