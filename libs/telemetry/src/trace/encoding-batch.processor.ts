import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { BatchSettings } from '../sdk/batch.settings.js';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { BatchExporter } from './batch-exporter.js';
import { BatchEncoder, type EncodedBatch } from './encoded-batch.js';

/** Where spans are sent: in no request, whichever it was that ended the last one, and without making any. */
const OUTSIDE = suppressTracing(ROOT_CONTEXT);

/**
 * What the SDK's BatchSpanProcessor is, but for when a span is encoded: at once, into bytes outside the JavaScript heap.
 * Kept as objects until their batch is sent, spans outlive every collection of young objects.
 *
 * How many may wait is for whoever hands them over to see to.
 */
export class EncodingBatchProcessor implements SpanProcessor {
  readonly #batch = new BatchEncoder();
  readonly #exports = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #isShutDown = false;

  /** @param onInvalid told of each span that cannot be encoded */
  constructor(
    private readonly exporter: BatchExporter<EncodedBatch>,
    private readonly settings: BatchSettings,
    private readonly onInvalid: () => void,
  ) {}

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#isShutDown) return;
    if (!this.#batch.add(span)) this.onInvalid();
    else if (this.#batch.length >= this.settings.maxExportBatchSize) this.#send();
    else
      this.#timer ??= context.with(OUTSIDE, () =>
        setTimeout(() => this.#send(), this.settings.scheduledDelayMillis).unref(),
      );
  }

  async forceFlush(): Promise<void> {
    this.#send();
    await Promise.all(this.#exports);
    await this.exporter.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    this.#send();
    await Promise.all(this.#exports);
    await this.exporter.shutdown();
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#batch.length === 0) return;
    const batch = this.#batch.take();
    const sent = new Promise<void>((resolve) => {
      context.with(OUTSIDE, () => this.exporter.export(batch, () => resolve()));
    });
    this.#exports.add(sent);
    void sent.then(() => this.#exports.delete(sent));
  }
}
