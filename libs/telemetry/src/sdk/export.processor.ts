import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { probeOf } from '../self-check/probes.js';
import { isHealthMethod } from '../grpc/method.js';

/** Hands ended spans on to be exported; the self-check's own and those of health checks stay in the process. */
export class ExportSpanProcessor implements SpanProcessor {
  constructor(private readonly next: SpanProcessor) {}

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    const probe = probeOf(span.spanContext().traceId);
    if (probe) probe.observe(span);
    else if (!isHealthMethod(span.name)) this.next.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}
