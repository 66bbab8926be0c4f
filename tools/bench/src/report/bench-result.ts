import type { Range } from '../measure/statistics.js';
import type { RoundResult } from '../variant-run.js';
import type { VariantName } from '../variants.js';

/** What is measured in every round, and of which a ratio to tracing switched off says something. */
export const RATIO_FIGURES = ['submissionsPerSecond', 'p50Ms', 'p99Ms', 'cpuSecondsPer1000', 'rssMb'] as const;
export type RatioFigure = (typeof RATIO_FIGURES)[number];

/** One variant, over all rounds; null where it was not or cannot be measured. */
export interface VariantResult {
  /** Accepted submissions per second; of this and the next four figures, the median of the rounds. */
  readonly submissionsPerSecond: number;
  /** Time to the end of the answer. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** User and system time of the five services; null where the system does not say. */
  readonly cpuSecondsPer1000: number | null;
  /** Resident memory of the five services together. */
  readonly rssMb: number | null;
  readonly spansPerSubmission: number;
  /** Share of all accepted submissions, warm-up included, whose trace is complete; null where there is to be none. */
  readonly completeShare: number | null;
  /** Spans that are missing from those traces. */
  readonly droppedSpans: number;
  readonly rounds: number;
  readonly ranges: Readonly<Partial<Record<RatioFigure, Range>>>;
  readonly eachRound: readonly RoundResult[];
  readonly accepted: number;
  readonly failed: number;
  readonly cpuSecondsPer1000ByService: Readonly<Record<string, number>> | null;
  /** Why traces were not complete, and some of them. */
  readonly flaws: Readonly<Record<string, number>>;
  readonly examples: readonly { readonly traceId: string; readonly flaw: string; readonly spans: number }[];
  /** What the services said of spans they lost, and of errors. */
  readonly warnings: readonly string[];
}

export type Ratios = Readonly<Record<RatioFigure, number | null>>;
export type RatioRanges = Readonly<Partial<Record<RatioFigure, Range>>>;

export interface Target {
  readonly what: string;
  readonly unit: 'share' | 'ratio' | 'spans';
  readonly bound: '≤' | '≥';
  readonly limit: number;
  /** Null where it was not measured. */
  readonly value: number | null;
  readonly met: boolean | null;
}

export interface CompletenessResult {
  readonly accepted: number;
  readonly complete: number;
  readonly completeShare: number;
  readonly droppedSpans: number;
  readonly spansPerSubmission: number;
  readonly collectorLatencyMs: number;
  readonly flaws: Readonly<Record<string, number>>;
  readonly at: string;
}

/** What `bench/results/latest.json` holds. */
export interface BenchResult {
  readonly at: string;
  readonly node: string;
  readonly cpus: number;
  readonly conditions: Readonly<Record<string, number | string>>;
  readonly variants: Readonly<Partial<Record<VariantName, VariantResult>>>;
  /** The median of what each round is to `off` in the same round: not quite the ratio of the two medians. */
  readonly ratiosToOff: Readonly<Partial<Record<VariantName, Ratios>>>;
  /** The least and the greatest of these. */
  readonly ratioRangesToOff: Readonly<Partial<Record<VariantName, RatioRanges>>>;
  /** What a span of `on` costs, as a share of what one of `auto` costs. */
  readonly costPerSpanToAuto: number | null;
  readonly targets: readonly Target[];
  /** Of the last run with `--complete`. */
  readonly completeness: CompletenessResult | null;
}
