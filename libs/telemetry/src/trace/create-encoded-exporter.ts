import type { ExportSettings } from '../sdk/export.settings.js';
import type { EncodedExporter } from './batch-exporter.js';

/** The exporter for OTLP over HTTP in protobuf, which is the default; `undefined` where something else is asked for. */
export async function createEncodedExporter({
  exporters,
  otlpProtocol,
}: ExportSettings): Promise<EncodedExporter | undefined> {
  if (exporters.length !== 1 || exporters[0] !== 'otlp' || otlpProtocol !== 'http/protobuf') return undefined;
  const { OtlpEncodedExporter } = await import('./otlp-encoded.exporter.js');
  return new OtlpEncodedExporter();
}
