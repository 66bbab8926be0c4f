import type { VariantName } from '../variants.js';
import type { Target, VariantResult } from './bench-result.js';
import { ratiosTo } from './summarise.js';

type Variants = Readonly<Partial<Record<VariantName, VariantResult>>>;

/** What one span costs with `on`, as a share of what one costs with `auto`: CPU over `off`, by spans. */
export function costPerSpanToAuto({ off, on, auto }: Variants): number | null {
  const perSpan = (variant: VariantResult | undefined) => {
    const toOff = off && variant ? ratiosTo(off, variant).cpuSecondsPer1000 : null;
    return toOff !== null && variant && variant.spansPerSubmission > 0
      ? (toOff - 1) / variant.spansPerSubmission
      : null;
  };
  const [ours, theirs] = [perSpan(on), perSpan(auto)];
  return ours === null || theirs === null || theirs <= 0 ? null : ours / theirs;
}

/** What the platform's tracing promises, against what was measured. */
export function targetsOf(variants: Variants): Target[] {
  const { off, on, unsampled, auto } = variants;
  const cpu = (variant: VariantResult | undefined) =>
    off && variant ? ratiosTo(off, variant).cpuSecondsPer1000 : null;
  return [
    target('CPU, on / off', 'ratio', '≤', 1.25, cpu(on)),
    target('CPU of a span, on / auto', 'ratio', '≤', 0.45, costPerSpanToAuto(variants)),
    target('CPU, unsampled / off', 'ratio', '≤', 1.05, cpu(unsampled)),
    ...(auto && on ? [spansAgainst(auto, on)] : []),
    target('complete traces, on', 'share', '≥', 1, on?.completeShare ?? null),
    target('dropped spans, on', 'spans', '≤', 0, on?.droppedSpans ?? null),
  ];
}

/** Rounded: opening a connection for the first time adds a span to a few traces. */
function spansAgainst(auto: VariantResult, on: VariantResult): Target {
  const [limit, value] = [auto, on].map(({ spansPerSubmission }) => Math.round(spansPerSubmission)) as [number, number];
  return target('spans, on against auto', 'spans', '≥', limit, value);
}

function target(
  what: string,
  unit: Target['unit'],
  bound: Target['bound'],
  limit: number,
  value: number | null,
): Target {
  const met = value === null ? null : bound === '≤' ? value <= limit : value >= limit;
  return { what, unit, bound, limit, value, met };
}
