import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { probeOf } from '../self-check/probes.js';
import { isHealthMethod } from '../grpc/method.js';
import type { TelemetryConfig } from './telemetry-config.js';

/** Hands ended spans to the batch; the self-check's own and those of health checks stay in the process. */
export class ExportSpanProcessor implements SpanProcessor {
  readonly #batch: BatchSpanProcessor;

  constructor(exporter: SpanExporter, options: TelemetryConfig['batch']) {
    this.#batch = new BatchSpanProcessor({ exporter, ...options });
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    const probe = probeOf(span.spanContext().traceId);
    if (probe) probe.observe(span);
    else if (!isHealthMethod(span.name)) this.#batch.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#batch.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#batch.shutdown();
  }
}
