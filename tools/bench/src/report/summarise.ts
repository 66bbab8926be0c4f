import { median, rangeOf } from '../measure/statistics.js';
import type { RoundResult, RunOutcome } from '../variant-run.js';
import { RATIO_FIGURES, type RatioRanges, type Ratios, type VariantResult } from './bench-result.js';

const MOST_LISTED = 10;

/** One variant's rounds in one: medians and ranges of what was measured, beside what came of the whole. */
export function summarise(rounds: readonly RoundResult[], outcome: RunOutcome): VariantResult {
  const valuesOf = (figure: (typeof RATIO_FIGURES)[number]) =>
    rounds.map((round) => round[figure]).filter((value) => value !== undefined);
  const medianOf = (figure: (typeof RATIO_FIGURES)[number]) => {
    const values = valuesOf(figure);
    return values.length === 0 ? null : median(values);
  };
  const byService = rounds.map((round) => round.cpuSecondsPer1000ByService);
  const [services] = byService;
  return {
    submissionsPerSecond: medianOf('submissionsPerSecond') ?? 0,
    p50Ms: medianOf('p50Ms') ?? 0,
    p99Ms: medianOf('p99Ms') ?? 0,
    cpuSecondsPer1000: medianOf('cpuSecondsPer1000'),
    rssMb: medianOf('rssMb'),
    spansPerSubmission: outcome.spansPerSubmission,
    completeShare: outcome.completeShare ?? null,
    droppedSpans: outcome.droppedSpans,
    rounds: rounds.length,
    ranges: Object.fromEntries(
      RATIO_FIGURES.map((figure) => [figure, valuesOf(figure)] as const)
        .filter(([, values]) => values.length > 0)
        .map(([figure, values]) => [figure, rangeOf(values)]),
    ),
    eachRound: rounds,
    accepted: outcome.accepted,
    failed: outcome.failed,
    cpuSecondsPer1000ByService: services
      ? Object.fromEntries(Object.keys(services).map((name) => [name, median(byService.map((one) => one![name]!))]))
      : null,
    flaws: outcome.traces.flaws,
    examples: outcome.traces.examples.slice(0, MOST_LISTED),
    warnings: outcome.warnings.slice(0, MOST_LISTED),
  };
}

/** The median of the rounds' ratios: a round of `off` and the same of another variant met with the same on this machine. */
export function ratiosTo(off: VariantResult, variant: VariantResult): Ratios {
  const entries = RATIO_FIGURES.map((figure) => {
    const ratios = roundRatios(off, variant, figure);
    return [figure, ratios.length > 0 ? median(ratios) : null];
  });
  return Object.fromEntries(entries) as Record<(typeof RATIO_FIGURES)[number], number | null>;
}

/** From the least to the greatest of them. */
export function ratioRangesTo(off: VariantResult, variant: VariantResult): RatioRanges {
  const ranges = RATIO_FIGURES.flatMap((figure) => {
    const ratios = roundRatios(off, variant, figure);
    return ratios.length > 0 ? [[figure, rangeOf(ratios)] as const] : [];
  });
  return Object.fromEntries(ranges);
}

function roundRatios(off: VariantResult, variant: VariantResult, figure: (typeof RATIO_FIGURES)[number]): number[] {
  return variant.eachRound
    .map((round, index) => ratio(round[figure], off.eachRound[index]?.[figure]))
    .filter((value) => value !== null);
}

function ratio(value: number | null | undefined, base: number | null | undefined): number | null {
  return value === null || value === undefined || !base ? null : value / base;
}
