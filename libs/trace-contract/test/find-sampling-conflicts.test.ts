import { randomBytes } from 'node:crypto';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import {
  describeSamplingConflict,
  exampleTrace,
  findSamplingConflicts,
  SIGN_IN_CONTRACTS,
  SUBMISSION_CONTRACTS,
  type SamplingConflict,
  type TraceSpan,
} from '../src/index.js';

const newId = () => randomBytes(16).toString('hex');
const submissions = (count: number) =>
  Array.from({ length: count }, () => exampleTrace(SUBMISSION_CONTRACTS.accepted, { traceId: newId() }));
const idOf = (trace: readonly TraceSpan[]) => trace[0]!.traceId;

/** The part of a service, as far as it follows a sampler of its own. */
const leavesOut = (service: string, isKept: (traceId: string) => boolean) => (trace: readonly TraceSpan[]) =>
  trace.filter((span) => span.service !== service || isKept(span.traceId));
const byRatio = (ratio: number) => {
  const sampler = new TraceIdRatioBasedSampler(ratio);
  return (id: string) => sampler.shouldSample(ROOT_CONTEXT, id).decision !== SamplingDecision.NOT_RECORD;
};
/** The Collector's probabilistic_sampler, and every consistent sampler: the last 56 bits, from a threshold up. */
const byThreshold = (ratio: number) => (id: string) =>
  BigInt(`0x${id.slice(18)}`) >= BigInt(Math.round((1 - ratio) * 2 ** 56));
/** OpenTelemetry Go and Python. */
const byLowerHalf = (ratio: number) => (id: string) =>
  BigInt(`0x${id.slice(16)}`) < BigInt(Math.round(ratio * 2 ** 64));

const of = (conflicts: readonly SamplingConflict[]) =>
  conflicts.map(({ service, does, evidence }) => [service, does, evidence]);

describe('findSamplingConflicts', () => {
  it('finds nothing in whole traces, whatever was sampled of them', () => {
    const whole = submissions(20);
    expect(findSamplingConflicts(whole)).toEqual([]);
    expect(findSamplingConflicts(whole.filter((trace) => byRatio(0.5)(idOf(trace))))).toEqual([]);
    const others = [...Object.values(SUBMISSION_CONTRACTS), ...Object.values(SIGN_IN_CONTRACTS)];
    expect(findSamplingConflicts(others.map((contract) => exampleTrace(contract, { traceId: newId() })))).toEqual([]);
  });

  it.each(['epro-auth', 'epro-validation', 'epro-storage', 'epro-analysis'])(
    'names %s, which follows a ratio of its own',
    (service) => {
      const traces = submissions(60).map(leavesOut(service, byRatio(0.5)));
      const conflicts = findSamplingConflicts(traces);
      const apart = traces.filter((trace) => !byRatio(0.5)(idOf(trace))).map(idOf);
      expect(conflicts).toMatchObject([
        {
          service,
          does: 'leaves-out',
          callers: ['epro-gateway'],
          agreed: 60 - apart.length,
          traceIds: apart,
          evidence: 'ratio',
          isCertain: true,
        },
      ]);
      const { from, to } = conflicts[0]!.ratio!;
      expect(from).toBeLessThanOrEqual(0.5);
      expect(to).toBeGreaterThanOrEqual(0.5);
    },
  );

  it.each([
    ["the Collector's sampler", byThreshold],
    ["another language's SDK", byLowerHalf],
  ])('recognises the ratio of %s', (_whose, by) => {
    const traces = submissions(60).map(leavesOut('epro-storage', by(0.3)));
    expect(findSamplingConflicts(traces)).toMatchObject([
      { service: 'epro-storage', evidence: 'ratio', isCertain: true },
    ]);
  });

  it('names a service that records what the others left out', () => {
    const traces = submissions(60).map((trace) =>
      trace.filter(({ service, traceId }) => service === 'epro-validation' || byRatio(0.2)(traceId)),
    );
    const conflicts = findSamplingConflicts(traces);
    expect(conflicts).toMatchObject([
      { service: 'epro-validation', does: 'records', callers: ['epro-gateway'], evidence: 'ratio', isCertain: true },
    ]);
    expect(describeSamplingConflict(conflicts[0]!)).toMatch(
      /^epro-validation decides by itself .* none of epro-gateway, which called it, .*parentbased_/,
    );
  });

  it('tells apart two services that each do it', () => {
    const traces = submissions(60)
      .map(leavesOut('epro-validation', byRatio(0.7)))
      .map(leavesOut('epro-analysis', byRatio(0.3)));
    expect(of(findSamplingConflicts(traces)).sort()).toEqual([
      ['epro-analysis', 'leaves-out', 'ratio'],
      ['epro-validation', 'leaves-out', 'ratio'],
    ]);
  });

  it('is not sure of a few traces, and still names the service', () => {
    const [kept, dropped] = [submissions(40), submissions(40)].map((traces, side) =>
      traces.filter((trace) => byRatio(0.5)(idOf(trace)) === (side === 0)),
    );
    const traces = [kept![0]!, dropped![0]!].map(leavesOut('epro-validation', byRatio(0.5)));
    const conflicts = findSamplingConflicts(traces);
    expect(conflicts).toMatchObject([{ service: 'epro-validation', isCertain: false }]);
    expect(describeSamplingConflict(conflicts[0]!)).toMatch(
      /^epro-validation seems to decide .*too few traces to be sure/,
    );
  });

  it('is sure of a few traces where the spans say it themselves', () => {
    const says = (trace: readonly TraceSpan[]) =>
      trace.map((span) =>
        span.service === 'epro-validation' && span.kind === 'SERVER'
          ? { ...span, attributes: { ...span.attributes, 'epro.sampling.rule': 'traceidratio' } }
          : span,
      );
    const [one, other] = submissions(2);
    const conflicts = findSamplingConflicts([says(one!), leavesOut('epro-validation', () => false)(other!)]);
    expect(conflicts).toMatchObject([
      { service: 'epro-validation', evidence: 'own-rule', rule: 'traceidratio', isCertain: true },
    ]);
    expect(describeSamplingConflict(conflicts[0]!)).toMatch(
      /^epro-validation decides by itself .*kept by traceidratio/,
    );
    expect(findSamplingConflicts([says(one!)])).toEqual([]);
    const decided = one!.map((span) =>
      span.parentSpanId ? span : { ...span, attributes: { ...span.attributes, 'epro.sampling.rule': 'gold' } },
    );
    expect(findSamplingConflicts([decided])).toEqual([]);
  });

  it('names a service that answers and records nothing', () => {
    const conflicts = findSamplingConflicts(submissions(3).map(leavesOut('epro-analysis', () => false)));
    expect(of(conflicts)).toEqual([['epro-analysis', 'leaves-out', 'never']]);
    expect(describeSamplingConflict(conflicts[0]!)).toMatch(
      /^epro-analysis records nothing: none of the 3 traces in which it answered epro-gateway/,
    );
  });

  it('names one that decides by something else than the trace id', () => {
    let number = 0;
    const traces = submissions(60).map((trace) =>
      leavesOut('epro-validation', () => number % 2 === 0)(((number += 1), trace)),
    );
    expect(of(findSamplingConflicts(traces))).toEqual([['epro-validation', 'leaves-out', 'whole-parts']]);
  });

  it.each<[string, (trace: TraceSpan[]) => TraceSpan[]]>([
    [
      'a single span that was lost',
      (trace) => trace.filter(({ name, kind }) => !(kind === 'SERVER' && name.endsWith('SaveSubmission'))),
    ],
    ['a step that was lost', (trace) => trace.filter(({ name }) => name !== 'validatePatientData')],
    ['a request that was lost', (trace) => trace.slice(1)],
    [
      'a context that was lost on the way',
      (trace) => {
        const traceId = newId();
        return trace.map((span) => {
          if (span.service !== 'epro-validation') return span;
          return { ...span, traceId, ...(span.kind === 'SERVER' && { parentSpanId: undefined }) };
        });
      },
    ],
    [
      'a service that was not reached',
      (trace) =>
        trace
          .filter(({ service }) => service !== 'epro-analysis')
          .map((span) =>
            span.name.endsWith('AnalyzeSubmission')
              ? { ...span, attributes: { ...span.attributes, 'rpc.status_code': 'UNAVAILABLE' } }
              : span,
          ),
    ],
  ])('does not take %s for a decision', (_what, lose) => {
    const traces = submissions(10).map((trace, number) => (number % 3 === 0 ? lose(trace) : trace));
    const byTrace = [...Map.groupBy(traces.flat(), ({ traceId }) => traceId).values()];
    expect(findSamplingConflicts(byTrace)).toEqual([]);
  });
});
