import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { EncodedExporter } from './batch-exporter.js';
import type { EncodedBatch } from './encoded-batch.js';

const COMPONENT_TYPE = 'otlp_http_span_exporter';
const HEADERS = { 'Content-Type': 'application/x-protobuf' };

/** OpenTelemetry's OTLP exporter over HTTP, with all of its settings and its retries, for spans that are encoded already. */
export class OtlpEncodedExporter extends OTLPExporterBase<EncodedBatch> implements EncodedExporter {
  readonly takesEncoded = true;

  constructor() {
    super(
      createOtlpHttpExportDelegate(
        convertLegacyHttpOptions({}, 'TRACES', 'v1/traces', HEADERS),
        {
          serializeRequest: ({ bytes }) => bytes,
          deserializeResponse: (data) => ProtobufTraceSerializer.deserializeResponse(data),
        },
        COMPONENT_TYPE,
        { name: 'span', countItems: ({ length }) => length },
        undefined,
      ),
    );
  }
}
