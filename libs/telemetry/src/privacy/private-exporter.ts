import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { checkSpan } from './check-span.js';

/** Hands to another exporter, of whatever backend, only what may leave of the spans. */
export class PrivateSpanExporter implements SpanExporter {
  constructor(private readonly next: SpanExporter) {}

  export(...[spans, done]: Parameters<SpanExporter['export']>): void {
    this.next.export(checkSpans(spans), done);
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}

/** The same array where nothing had to be taken off. */
function checkSpans(spans: ReadableSpan[]): ReadableSpan[] {
  let checked: ReadableSpan[] | undefined;
  for (const [index, span] of spans.entries()) {
    const allowed = checkSpan(span);
    if (allowed !== span) (checked ??= spans.slice())[index] = allowed;
  }
  return checked ?? spans;
}
