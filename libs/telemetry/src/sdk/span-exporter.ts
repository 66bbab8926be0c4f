import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { SpanExporter } from '@opentelemetry/sdk-trace';

/** Where spans are sent. */
export function createSpanExporter(): SpanExporter {
  return new OTLPTraceExporter();
}
