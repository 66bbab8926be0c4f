/** How samplers put trace ids in an order, of which a ratio keeps one end. */
const ORDERS: readonly { readonly valueOf: (traceId: string) => number; readonly keeps: 'low' | 'high' }[] = [
  // OpenTelemetry JS, TraceIdRatioBased: the four quarters, one over the other.
  {
    valueOf: (id) => ((quarter(id, 0) ^ quarter(id, 1) ^ quarter(id, 2) ^ quarter(id, 3)) >>> 0) / 2 ** 32,
    keeps: 'low',
  },
  // OpenTelemetry Go and Python: the lower half.
  { valueOf: (id) => (quarter(id, 2) + quarter(id, 3) / 2 ** 32) / 2 ** 32, keeps: 'low' },
  // W3C randomness, as of OpenTelemetry's consistent samplers and the Collector's probabilistic_sampler: 56 bits.
  { valueOf: (id) => Number.parseInt(id.slice(18), 16) / 2 ** 56, keeps: 'high' },
];

const quarter = (traceId: string, at: number): number => Number.parseInt(traceId.slice(at * 8, at * 8 + 8), 16);

export interface Division {
  /** The ratios that divide like this, 0 to 1. */
  readonly from: number;
  readonly to: number;
  /** How probable it is that as many ids are divided like this where no ratio did it. */
  readonly chance: number;
}

/** Whether some ratio of trace ids has kept the ones and not the others. */
export function divideByRatio(kept: readonly string[], dropped: readonly string[]): Division | undefined {
  if (kept.length === 0 || dropped.length === 0) return undefined;
  for (const { valueOf, keeps } of ORDERS) {
    const position = keeps === 'low' ? valueOf : (id: string) => 1 - valueOf(id);
    const from = maximum(kept.map(position));
    const to = minimum(dropped.map(position));
    if (from < to) return { from, to, chance: Math.min(1, ORDERS.length / arrangements(kept.length, dropped.length)) };
  }
  return undefined;
}

/** In how many ways so many ids can be divided into so many and the rest. */
function arrangements(one: number, other: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(one, other); i++) ways = (ways * (Math.max(one, other) + i)) / i;
  return ways;
}

const maximum = (values: readonly number[]): number => values.reduce((most, each) => Math.max(most, each), -Infinity);
const minimum = (values: readonly number[]): number => values.reduce((least, each) => Math.min(least, each), Infinity);
