import { z } from 'zod';
import { listOf, oneOf, wholeNumber, type Values } from '../sdk/env-values.js';
import { checkOtlp, otlpProtocol, otlpShape, type OtlpProtocol } from '../sdk/otlp.settings.js';

export const METRICS_EXPORTERS = ['otlp', 'prometheus', 'console'] as const;
export type MetricsExporterName = (typeof METRICS_EXPORTERS)[number];

const INTERVAL_MS = 60_000;
const TIMEOUT_MS = 30_000;
const PROMETHEUS_PORT = 9464;

export const metricsShape = {
  OTEL_METRICS_EXPORTER: listOf(METRICS_EXPORTERS),
  ...otlpShape('OTEL_EXPORTER_OTLP_METRICS'),
  // The exporter reads it itself; here it is checked.
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: oneOf(['cumulative', 'delta', 'lowmemory']),
  OTEL_METRIC_EXPORT_INTERVAL: wholeNumber(),
  OTEL_METRIC_EXPORT_TIMEOUT: wholeNumber(),
  OTEL_EXPORTER_PROMETHEUS_HOST: z.string().trim().optional(),
  OTEL_EXPORTER_PROMETHEUS_PORT: z.coerce
    .number({ error: 'must be a port, 1 to 65535' })
    .int('must be a port, 1 to 65535')
    .min(1, 'must be a port, 1 to 65535')
    .max(65_535, 'must be a port, 1 to 65535')
    .optional(),
};

/** Where metrics go. */
export interface MetricsSettings {
  /** Each gets every metric; empty: nothing is measured. */
  readonly exporters: readonly MetricsExporterName[];
  /** The exporter reads endpoint, headers, timeout, compression, certificates and temporality itself. */
  readonly otlpProtocol: OtlpProtocol;
  readonly intervalMillis: number;
  /** Never longer than the interval. */
  readonly timeoutMillis: number;
  /** Where this process serves `/metrics`. Each process of a machine needs a port of its own. */
  readonly prometheus: { readonly host: string; readonly port: number };
}

export function checkMetrics(values: Values<typeof metricsShape>, ctx: z.core.$RefinementCtx): void {
  checkOtlp('METRICS', values, ctx);
}

export function metricsSettings(values: Values<typeof metricsShape>): MetricsSettings {
  const intervalMillis = values.OTEL_METRIC_EXPORT_INTERVAL ?? INTERVAL_MS;
  return {
    exporters: values.OTEL_METRICS_EXPORTER ?? [],
    otlpProtocol: otlpProtocol('METRICS', values),
    intervalMillis,
    timeoutMillis: Math.min(values.OTEL_METRIC_EXPORT_TIMEOUT ?? TIMEOUT_MS, intervalMillis),
    prometheus: {
      host: values.OTEL_EXPORTER_PROMETHEUS_HOST ?? 'localhost',
      port: values.OTEL_EXPORTER_PROMETHEUS_PORT ?? PROMETHEUS_PORT,
    },
  };
}
