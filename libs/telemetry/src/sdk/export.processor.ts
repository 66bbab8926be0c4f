import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { probeOf } from '../self-check/probes.js';
import { isHealthMethod } from '../grpc/method.js';
import { pipelineReport, type PipelineReport } from './pipeline-report.js';

/** Hands ended spans on to be exported, and counts them; the self-check's own and those of health checks stay in the process. */
export class ExportSpanProcessor implements SpanProcessor {
  #ending = false;

  /** @param next what exports them; `undefined`: nothing does */
  constructor(
    private readonly next: SpanProcessor | undefined,
    private readonly report: PipelineReport = pipelineReport,
  ) {}

  onStart(): void {
    this.report.started++;
  }

  onEnd(span: ReadableSpan): void {
    const { report } = this;
    report.ended++;
    const { traceId, traceFlags } = span.spanContext();
    const probe = probeOf(traceId);
    if (probe) probe.observe(span);
    if (!this.next || probe || isHealthMethod(span.name)) report.withheld++;
    else if ((traceFlags & TraceFlags.SAMPLED) === 0) report.unsampled++;
    else if (this.#ending) report.dropped(1, 'after_shutdown');
    else this.next.onEnd(span);
  }

  async forceFlush(): Promise<void> {
    await this.next?.forceFlush();
  }

  async shutdown(): Promise<void> {
    this.#ending = true;
    await this.next?.shutdown();
  }
}
