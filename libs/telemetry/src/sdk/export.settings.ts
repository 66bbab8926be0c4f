import { z } from 'zod';
import { listOf, wholeNumber, type Values } from './env-values.js';
import { checkOtlp, isHttpUrl, otlpProtocol, otlpShape, type OtlpProtocol } from './otlp.settings.js';

export const TRACE_EXPORTERS = ['otlp', 'zipkin', 'console'] as const;
export type TraceExporterName = (typeof TRACE_EXPORTERS)[number];

export const exportShape = {
  OTEL_TRACES_EXPORTER: listOf(TRACE_EXPORTERS),
  ...otlpShape('OTEL_EXPORTER_OTLP'),
  ...otlpShape('OTEL_EXPORTER_OTLP_TRACES'),
  OTEL_EXPORTER_ZIPKIN_ENDPOINT: z
    .string()
    .trim()
    .refine(isHttpUrl, 'must be an URL, as in http://localhost:9411/api/v2/spans')
    .optional(),
  OTEL_EXPORTER_ZIPKIN_TIMEOUT: wholeNumber(),
};

/** Where spans are sent. */
export interface ExportSettings {
  /** Each gets every span; empty: spans are recorded and sent nowhere. */
  readonly exporters: readonly TraceExporterName[];
  /** The exporter reads endpoint, headers, timeout, compression and certificates itself. */
  readonly otlpProtocol: OtlpProtocol;
  readonly zipkin: { readonly endpoint: string; readonly timeoutMillis: number };
}

export function checkExport(values: Values<typeof exportShape>, ctx: z.core.$RefinementCtx): void {
  checkOtlp('TRACES', values, ctx);
}

export function exportSettings(values: Values<typeof exportShape>): ExportSettings {
  return {
    exporters: values.OTEL_TRACES_EXPORTER ?? ['otlp'],
    otlpProtocol: otlpProtocol('TRACES', values),
    zipkin: {
      endpoint: values.OTEL_EXPORTER_ZIPKIN_ENDPOINT ?? 'http://localhost:9411/api/v2/spans',
      timeoutMillis: values.OTEL_EXPORTER_ZIPKIN_TIMEOUT ?? 10_000,
    },
  };
}
