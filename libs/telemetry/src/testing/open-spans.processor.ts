import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';

/** Knows the spans that were started and have not ended: those that a backend would never see. */
export class OpenSpansProcessor implements SpanProcessor {
  readonly #open = new Map<string, Span>();

  /** In the order in which they were started. */
  get spans(): readonly ReadableSpan[] {
    return [...this.#open.values()];
  }

  onStart(span: Span): void {
    this.#open.set(span.spanContext().spanId, span);
  }

  onEnd(span: ReadableSpan): void {
    this.#open.delete(span.spanContext().spanId);
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
