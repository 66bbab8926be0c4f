import { randomBytes } from 'node:crypto';
import { startSystem } from '@epro/system';
import { exampleTrace, SUBMISSION_CONTRACTS, type TraceContract, type TraceSpan } from '@epro/trace-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phq9 } from './support/api.js';
import { findCollectorBinary, NO_COLLECTOR, startCollector, type RunningCollector } from './support/collector.js';
import { sendSpans } from './support/otlp-json.js';
import { startPlatform, type Platform } from './support/platform.js';
import { startSpanSink, type SpanSink } from './support/span-sink.js';

const hasCollector = findCollectorBinary() !== undefined;
if (!hasCollector) console.warn(`Tail sampling is not tried: ${NO_COLLECTOR}`);

const FILES = ['config.yaml', 'tail-sampling.yaml'];
/** No share of the rest: what comes is there for a reason. */
const ENV = { TAIL_DECISION_WAIT: '2s', TAIL_SLOW_MS: '1000', TAIL_TENANTS: '[aurora, drift]', TAIL_PERCENT: '0' };
const { accepted, acceptedAnalysisFailed } = SUBMISSION_CONTRACTS;
const WAIT = { timeout: 20_000, interval: 50 };

/** A trace as its services would have recorded it just now. */
function traceOf(tenant: string, contract: TraceContract = accepted): TraceSpan[] {
  const startTime = BigInt(Date.now()) * 1_000_000n;
  const [traceId, prefix] = [randomBytes(16).toString('hex'), randomBytes(4).toString('hex')];
  const ownId = (id: string) => prefix + id.slice(8);
  return exampleTrace(contract, { traceId, startTime }).map((span) => ({
    ...span,
    spanId: ownId(span.spanId),
    ...(span.parentSpanId && { parentSpanId: ownId(span.parentSpanId) }),
    attributes: { ...span.attributes, ...(span.attributes['tenant.id'] !== undefined && { 'tenant.id': tenant }) },
  }));
}
const idOf = (trace: readonly TraceSpan[]) => trace[0]!.traceId;
const ids = (trace: readonly TraceSpan[]) => trace.map(({ spanId }) => spanId).sort();

describe.skipIf(!hasCollector)('the Collector with tail-sampling.yaml', () => {
  let sink: SpanSink;
  let collector: RunningCollector;
  beforeAll(async () => {
    sink = await startSpanSink();
    // So few that traces are soon forgotten.
    const processors = { tail_sampling: { num_traces: 20 } };
    collector = await startCollector({ files: FILES, sendTo: sink.url, encoding: 'json', env: ENV, processors });
  });
  afterAll(async () => {
    await collector?.stop();
    await sink?.stop();
  });

  /** Each service by itself, the caller last: that is how they end and are exported. */
  async function send(...traces: TraceSpan[][]): Promise<void> {
    for (const trace of traces) {
      const exports = [...Map.groupBy(trace, ({ service }) => service).values()].reverse();
      for (const spans of exports) await sendSpans(collector.otlpUrl, spans);
    }
  }
  const arrived = (trace: readonly TraceSpan[]) => [...sink.spansOf(idOf(trace))].sort();
  const comesWhole = (trace: readonly TraceSpan[]) => expect.poll(() => arrived(trace), WAIT).toEqual(ids(trace));
  /** A later trace that is kept: when it is there, everything before it was decided. */
  async function decided(): Promise<void> {
    const marker = traceOf('aurora');
    await send(marker);
    await comesWhole(marker);
  }

  it('keeps what failed, what was slow, and chosen tenants, each whole, and nothing of the rest', async () => {
    const failed = traceOf('borealis', acceptedAnalysisFailed);
    const [root, ...others] = traceOf('borealis');
    const slow = [{ ...root!, endTime: root!.startTime + 1_500_000_000n }, ...others];
    const chosen = [traceOf('aurora'), traceOf('drift')];
    const rest = [traceOf('borealis'), traceOf('cirrus')];
    const adverse = traceOf('borealis').map((span) =>
      span.parentSpanId
        ? span
        : { ...span, attributes: { ...span.attributes, 'http.route': '/api/v1/adverse-events' } },
    );
    await send(rest[0]!, failed, slow, ...chosen, adverse, rest[1]!);
    for (const trace of [failed, slow, ...chosen, adverse]) await comesWhole(trace);
    await decided();
    expect(rest.map(arrived)).toEqual([[], []]);
  });

  it('waits for the spans of all services: the one that tells may come last', async () => {
    const trace = traceOf('borealis', acceptedAnalysisFailed);
    const isTelling = ({ status }: TraceSpan) => status === 'ERROR';
    await sendSpans(
      collector.otlpUrl,
      trace.filter((span) => span.service === 'epro-storage'),
    );
    await sendSpans(
      collector.otlpUrl,
      trace.filter((span) => span.service === 'epro-auth'),
    );
    const later = trace.filter(({ service }) => service !== 'epro-storage' && service !== 'epro-auth');
    await send(later.filter((span) => !isTelling(span)));
    expect(arrived(trace)).toEqual([]);
    await send(later.filter(isTelling));
    await comesWhole(trace);
  });

  it('lets spans that come after the decision follow it', async () => {
    const kept = traceOf('aurora');
    const isLate = ({ service }: TraceSpan) => service === 'epro-analysis';
    await send(kept.filter((span) => !isLate(span)));
    await expect.poll(() => arrived(kept), WAIT).toEqual(ids(kept.filter((span) => !isLate(span))));
    await send(kept.filter(isLate));
    await comesWhole(kept);
  });

  it('keeps no part of a trace that it dropped and has long forgotten, not even its failure', async () => {
    const dropped = traceOf('borealis', acceptedAnalysisFailed);
    const isFailure = ({ status }: TraceSpan) => status === 'ERROR';
    await send(dropped.filter((span) => !isFailure(span)));
    await decided();
    await send(...Array.from({ length: 40 }, () => traceOf('cirrus')));
    await decided();
    await send(dropped.filter(isFailure));
    await decided();
    expect(arrived(dropped)).toEqual([]);
  });
});

describe.skipIf(!hasCollector)('the platform behind the Collector with tail-sampling.yaml', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({
      name: 'a Collector and trace-desk',
      available: true,
      async start() {
        const traceDesk = await startSystem({ ports: 'free', only: ['trace-desk'] });
        const collector = await startCollector({ files: FILES, sendTo: traceDesk.urls.otlp, env: ENV });
        return {
          traceBackend: { kind: 'jaeger', url: traceDesk.urls.traces, otlpUrl: collector.otlpUrl },
          async stop() {
            await collector.stop();
            await traceDesk.stop();
          },
        };
      },
    });
  });
  afterAll(() => platform?.stop());

  it('keeps the submissions of a chosen tenant and those with a failure whole, and nothing of others', async () => {
    const { api, jaeger, system } = platform;
    const submit = async (tenant: string) => api.submit(await api.signIn(tenant, 'patient-1'), phq9());
    const dropped = await submit('borealis');
    const chosen = await submit('aurora');
    await platform.completeTrace(chosen.traceId, accepted);
    await system.services.analysis.kill('SIGKILL');
    const failed = await submit('borealis');
    expect([dropped.status, chosen.status, failed.status]).toEqual([201, 201, 201]);
    await platform.completeTrace(failed.traceId, SUBMISSION_CONTRACTS.acceptedAnalysisDown);
    expect(await jaeger.getTrace(dropped.traceId)).toBeUndefined();
  });
});
