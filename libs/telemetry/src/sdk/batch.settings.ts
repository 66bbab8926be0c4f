import type { z } from 'zod';
import { wholeNumber, type Values } from './env-values.js';

// Sized by "batch > spans per second × export latency": 16384/4096 lost nothing at 3500 spans/s and 200 ms.
const QUEUE = 16_384;
const BATCH = 4096;
const DELAY_MS = 1000;
const TIMEOUT_MS = 10_000;

export const batchShape = {
  OTEL_BSP_MAX_QUEUE_SIZE: wholeNumber(),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: wholeNumber(),
  OTEL_BSP_SCHEDULE_DELAY: wholeNumber(),
  OTEL_BSP_EXPORT_TIMEOUT: wholeNumber(),
};

/** In spans and milliseconds, as for OpenTelemetry's BatchSpanProcessor. */
export interface BatchSettings {
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  readonly scheduledDelayMillis: number;
  readonly exportTimeoutMillis: number;
}

/** A batch that the queue cannot hold would never be full. */
export function checkBatch(values: Values<typeof batchShape>, ctx: z.core.$RefinementCtx): void {
  const queue = values.OTEL_BSP_MAX_QUEUE_SIZE ?? QUEUE;
  const batch = values.OTEL_BSP_MAX_EXPORT_BATCH_SIZE;
  if (batch !== undefined && batch > queue) {
    ctx.addIssue({
      code: 'custom',
      path: ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'],
      message: `must not be above OTEL_BSP_MAX_QUEUE_SIZE, which is ${queue}`,
    });
  }
}

export function batchSettings(values: Values<typeof batchShape>): BatchSettings {
  const maxQueueSize = values.OTEL_BSP_MAX_QUEUE_SIZE ?? QUEUE;
  return {
    maxQueueSize,
    maxExportBatchSize: values.OTEL_BSP_MAX_EXPORT_BATCH_SIZE ?? Math.min(BATCH, maxQueueSize),
    scheduledDelayMillis: values.OTEL_BSP_SCHEDULE_DELAY ?? DELAY_MS,
    exportTimeoutMillis: values.OTEL_BSP_EXPORT_TIMEOUT ?? TIMEOUT_MS,
  };
}
