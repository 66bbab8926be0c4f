import type { z } from 'zod';
import { listOf, oneOf, wholeNumber, type Values } from '../sdk/env-values.js';
import { checkOtlp, otlpProtocol, otlpShape, type OtlpProtocol } from '../sdk/otlp.settings.js';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOGS_EXPORTERS = ['otlp', 'console'] as const;
export type LogsExporterName = (typeof LOGS_EXPORTERS)[number];

const QUEUE = 2048;
const BATCH = 512;
const DELAY_MS = 1000;
const TIMEOUT_MS = 10_000;

export const logShape = {
  LOG_LEVEL: oneOf([...LOG_LEVELS, 'silent']),
  OTEL_LOGS_EXPORTER: listOf(LOGS_EXPORTERS),
  ...otlpShape('OTEL_EXPORTER_OTLP_LOGS'),
  OTEL_BLRP_MAX_QUEUE_SIZE: wholeNumber(),
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: wholeNumber(),
  OTEL_BLRP_SCHEDULE_DELAY: wholeNumber(),
  OTEL_BLRP_EXPORT_TIMEOUT: wholeNumber(),
};

/** Which lines are logged, and where they go beside stdout. */
export interface LogSettings {
  readonly level: LogLevel | 'silent';
  /** Each gets every line; empty: stdout alone. */
  readonly exporters: readonly LogsExporterName[];
  /** The exporter reads endpoint, headers, timeout, compression and certificates itself. */
  readonly otlpProtocol: OtlpProtocol;
  /** In lines and milliseconds. A full queue drops lines; they are on stdout. */
  readonly batch: {
    readonly maxQueueSize: number;
    readonly maxExportBatchSize: number;
    readonly scheduledDelayMillis: number;
    readonly exportTimeoutMillis: number;
  };
}

export function checkLogs(values: Values<typeof logShape>, ctx: z.core.$RefinementCtx): void {
  checkOtlp('LOGS', values, ctx);
}

export function logSettings(values: Values<typeof logShape>): LogSettings {
  const maxQueueSize = values.OTEL_BLRP_MAX_QUEUE_SIZE ?? QUEUE;
  return {
    level: values.LOG_LEVEL ?? 'info',
    exporters: values.OTEL_LOGS_EXPORTER ?? [],
    otlpProtocol: otlpProtocol('LOGS', values),
    batch: {
      maxQueueSize,
      maxExportBatchSize: Math.min(values.OTEL_BLRP_MAX_EXPORT_BATCH_SIZE ?? BATCH, maxQueueSize),
      scheduledDelayMillis: values.OTEL_BLRP_SCHEDULE_DELAY ?? DELAY_MS,
      exportTimeoutMillis: values.OTEL_BLRP_EXPORT_TIMEOUT ?? TIMEOUT_MS,
    },
  };
}
