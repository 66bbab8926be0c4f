import { SpanKind } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  SamplingDecision,
  TracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { startProbe } from '../self-check/probes.js';
import { ExportQueueProcessor } from './export-queue.processor.js';
import { ExportSpanProcessor } from './export.processor.js';
import { describeHealth, lostSpans, PipelineReport } from './pipeline-report.js';

const RECORD_ONLY: Sampler = { shouldSample: () => ({ decision: SamplingDecision.RECORD }), toString: () => 'record' };

function pipeline(sampler?: Sampler) {
  const report = new PipelineReport();
  const exporter = new InMemorySpanExporter();
  const batch = { maxQueueSize: 10, maxExportBatchSize: 10, scheduledDelayMillis: 60_000, exportTimeoutMillis: 1000 };
  const processor = new ExportSpanProcessor(new ExportQueueProcessor(exporter, { batch, backend: '', report }), report);
  const provider = new TracerProvider({ ...(sampler && { sampler }), spanProcessors: [processor] });
  return { report, exporter, provider, tracer: provider.getTracer('test') };
}

describe('PipelineReport', () => {
  it('knows the open, the queued, the exported and the lost', () => {
    const { report, tracer } = pipeline();
    const spans = ['a', 'b', 'c', 'd'].map((name) => tracer.startSpan(name));
    expect(report.snapshot()).toMatchObject({ started: 4, ended: 0, live: 4, queued: 0 });
    spans.slice(1).forEach((span) => span.end());
    expect(report.snapshot()).toMatchObject({ started: 4, ended: 3, live: 1, queued: 3 });
    report.exported(2);
    report.dropped(1, 'export_failed');
    report.dropped(5, 'queue_full');
    expect(report.snapshot()).toMatchObject({
      queued: 0,
      exported: 2,
      dropped: { queue_full: 5, export_failed: 1, after_shutdown: 0 },
    });
  });

  it('counts what ends after the pipeline has as lost', async () => {
    const { report, provider, tracer } = pipeline();
    const late = tracer.startSpan('late');
    await provider.shutdown();
    late.end();
    expect(report.snapshot()).toMatchObject({ live: 0, queued: 0, dropped: { after_shutdown: 1 } });
  });

  it('keeps what was never meant for the backend apart', () => {
    const { report, exporter, tracer } = pipeline();
    const probe = startProbe(tracer)!;
    tracer.startSpan('probed', { kind: SpanKind.SERVER }, probe.context).end();
    tracer.startSpan('grpc.health.v1.Health/Check').end();
    probe.end();
    expect(report.snapshot()).toMatchObject({ started: 3, live: 0, withheld: 3, queued: 0 });
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('counts what is recorded and not sampled apart, and nothing that is not recorded', () => {
    const recorded = pipeline(RECORD_ONLY);
    recorded.tracer.startSpan('a').end();
    expect(recorded.report.snapshot()).toMatchObject({ started: 1, ended: 1, unsampled: 1, queued: 0 });
    const off = pipeline(new AlwaysOffSampler());
    off.tracer.startSpan('a').end();
    expect(off.report.snapshot()).toMatchObject({ started: 0, ended: 0 });
  });

  it('says in a line what was lost and why, what waits when the process ends included', () => {
    const { report, tracer } = pipeline();
    const spans = Array.from({ length: 12 }, () => tracer.startSpan('a'));
    spans.slice(1).forEach((span) => span.end());
    report.exported(6);
    report.dropped(3, 'export_failed');
    const health = report.snapshot();
    expect(lostSpans(health)).toBe(5);
    expect(describeHealth(health)).toBe(
      'Spans: 11 ended, 6 exported, 5 dropped (3 export_failed, 2 not sent in time), 1 still open',
    );
    report.exported(2);
    expect(describeHealth(report.snapshot())).toBe(
      'Spans: 11 ended, 8 exported, 3 dropped (3 export_failed), 1 still open',
    );
  });
});
