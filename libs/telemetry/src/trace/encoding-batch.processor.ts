import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { BatchSettings } from '../sdk/batch.settings.js';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { BatchExporter } from './batch-exporter.js';
import { BatchEncoder, type EncodedBatch } from './encoded-batch.js';

/** Where spans are sent: in no request, whichever it was that ended the last one, and without making any. */
const OUTSIDE = suppressTracing(ROOT_CONTEXT);

/**
 * How many ended spans are kept as objects before they are encoded, one after the other. Encoding each by itself, in the
 * middle of a request, finds neither its code nor its tables in the processor's caches; kept until a whole batch is sent,
 * spans outlive every collection of young objects.
 */
const ENCODED_TOGETHER = 128;

/**
 * What the SDK's BatchSpanProcessor is, but for when spans are encoded: few at a time, into bytes outside the JavaScript
 * heap.
 *
 * How many may wait is for whoever hands them over to see to.
 */
export class EncodingBatchProcessor implements SpanProcessor {
  readonly #batch = new BatchEncoder();
  #ended: ReadableSpan[] = [];
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
    const ended = this.#ended.push(span);
    if (this.#batch.length + ended >= this.settings.maxExportBatchSize) this.#send();
    else {
      if (ended >= ENCODED_TOGETHER) this.#encode();
      this.#timer ??= context.with(OUTSIDE, () =>
        setTimeout(() => this.#send(), this.settings.scheduledDelayMillis).unref(),
      );
    }
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

  #encode(): void {
    const ended = this.#ended;
    this.#ended = [];
    for (const span of ended) if (!this.#batch.add(span)) this.onInvalid();
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#encode();
    if (this.#batch.length === 0) return;
    const batch = this.#batch.take();
    const sent = new Promise<void>((resolve) => {
      context.with(OUTSIDE, () => this.exporter.export(batch, () => resolve()));
    });
    this.#exports.add(sent);
    void sent.then(() => this.#exports.delete(sent));
  }
}
