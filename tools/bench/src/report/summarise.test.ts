import { describe, expect, it } from 'vitest';
import type { RoundResult, RunOutcome } from '../variant-run.js';
import { ratioRangesTo, ratiosTo, summarise } from './summarise.js';
import { costPerSpanToAuto, targetsOf } from './targets.js';

function round(cpu: number | undefined, others: Partial<RoundResult> = {}): RoundResult {
  return {
    submissionsPerSecond: 400,
    p50Ms: 80,
    p99Ms: 200,
    cpuSecondsPer1000: cpu,
    cpuSecondsPer1000ByService: cpu === undefined ? undefined : { gateway: cpu * 0.75, storage: cpu * 0.25 },
    rssMb: cpu === undefined ? undefined : 700,
    accepted: 4000,
    ...others,
  };
}

const outcome = (spans: number, others: Partial<RunOutcome> = {}): RunOutcome => ({
  accepted: 12_000,
  failed: 0,
  failure: undefined,
  spansPerSubmission: spans,
  completeShare: spans > 0 ? 1 : undefined,
  droppedSpans: 0,
  traces: { flaws: {}, examples: [] } as unknown as RunOutcome['traces'],
  warnings: [],
  ...others,
});

const variant = (cpu: number, spans: number, others: Partial<RunOutcome> = {}) =>
  summarise([round(cpu)], outcome(spans, others));

describe('summarise', () => {
  it('takes medians and ranges of what was measured in the rounds', () => {
    const result = summarise([round(3, { p99Ms: 900 }), round(9), round(4)], outcome(17));
    expect(result).toMatchObject({ cpuSecondsPer1000: 4, p99Ms: 200, rounds: 3, spansPerSubmission: 17 });
    expect(result.ranges).toMatchObject({ cpuSecondsPer1000: { min: 3, max: 9 }, p99Ms: { min: 200, max: 900 } });
    expect(result.cpuSecondsPer1000ByService).toEqual({ gateway: 3, storage: 1 });
  });

  it('says null, and not zero, of what was not measured', () => {
    const result = summarise([round(undefined)], outcome(0));
    expect(result).toMatchObject({ cpuSecondsPer1000: null, rssMb: null, completeShare: null });
    expect(result).toMatchObject({ cpuSecondsPer1000ByService: null });
    expect(result.ranges).not.toHaveProperty('rssMb');
    expect(ratiosTo(variant(4, 0), result)).toMatchObject({ cpuSecondsPer1000: null, submissionsPerSecond: 1 });
  });
});

describe('ratios', () => {
  const summary = (...cpu: number[]) =>
    summarise(
      cpu.map((value) => round(value)),
      outcome(0),
    );

  it('are the median of what each round says by itself, with their range', () => {
    const [off, on] = [summary(4, 8, 5), summary(5, 9, 7)];
    expect(ratiosTo(off, on).cpuSecondsPer1000).toBeCloseTo(5 / 4);
    expect(ratioRangesTo(off, on).cpuSecondsPer1000).toEqual({ min: 9 / 8, max: 7 / 5 });
  });
});

describe('targets', () => {
  const off = variant(4, 0);
  const auto = variant(6, 20);

  it('compares what a span costs beyond tracing switched off', () => {
    expect(costPerSpanToAuto({ off, auto, on: variant(4.8, 16) })).toBeCloseTo(0.5);
    expect(costPerSpanToAuto({ off, on: variant(4.8, 16) })).toBeNull();
    expect(costPerSpanToAuto({ off, auto: variant(4, 20), on: variant(4.8, 16) })).toBeNull();
  });

  const verdicts = (variants: Parameters<typeof targetsOf>[0]) => targetsOf(variants).map(({ met }) => met);

  it('are met by cheap and complete tracing', () => {
    expect(verdicts({ off, auto, on: variant(4.8, 20), unsampled: variant(4.1, 0) })).toEqual(Array(6).fill(true));
  });

  it('do not ask for the few spans of connections that are opened', () => {
    const variants = { off, auto: variant(6, 17.002), on: variant(4.8, 17.001), unsampled: variant(4.1, 0) };
    expect(targetsOf(variants).find(({ what }) => what.startsWith('spans'))).toMatchObject({ met: true });
  });

  it('are each missed where the figure is', () => {
    const on = variant(5.2, 17, { completeShare: 0.999_99, droppedSpans: 1 });
    expect(verdicts({ off, auto, on, unsampled: variant(4.3, 0) })).toEqual(Array(6).fill(false));
  });

  it('are neither where nothing was measured', () => {
    expect(verdicts({ off })).toEqual([null, null, null, null, null]);
  });
});
