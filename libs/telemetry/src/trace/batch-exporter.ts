import type { ExportResult } from '@opentelemetry/core';
import type { EncodedBatch } from './encoded-batch.js';

/** What the SDK's SpanExporter is, for batches in whatever form. */
export interface BatchExporter<Batch extends { readonly length: number }> {
  export(batch: Batch, done: (result: ExportResult) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** One that takes spans as they are sent. */
export interface EncodedExporter extends BatchExporter<EncodedBatch> {
  readonly takesEncoded: true;
}
