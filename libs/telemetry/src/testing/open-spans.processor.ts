import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace';
import type { SpanListener } from '../trace/span-listener.js';

/** Knows the spans that were started and have not ended: those that a backend would never see. */
export class OpenSpansProcessor implements SpanListener {
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
}
