import { setTimeout as delay } from 'node:timers/promises';
import { orderOfPass } from './order-of-pass.js';
import type { RoundResult, VariantRun } from './variant-run.js';

/** Short, so that whatever else this machine does meets every variant alike. */
const SLICE_SECONDS = 1;
/** A little more than any exporter waits before it sends what it has. */
const SETTLE_MS = 1500;

export interface RoundsOptions {
  readonly rounds: number;
  /** Measured for each run in each round. */
  readonly seconds: number;
  /** Submissions to each run before anything is measured. */
  readonly warmUp: number;
  readonly signal: AbortSignal;
  readonly onStep: (what: string) => void;
  readonly onWarm: (run: VariantRun, seconds: number) => void;
  readonly onRound: (round: number, run: VariantRun, result: RoundResult) => void;
}

/**
 * Loads one run after the other for a short while, over and over, in another order each time. All of them run all the
 * time; one that has no load costs nothing that shows.
 */
export async function runRounds(runs: readonly VariantRun[], options: RoundsOptions): Promise<RoundResult[][]> {
  const { signal, onStep } = options;
  const after = (seconds: number) => delay(seconds * 1000, undefined, { signal });
  for (const run of runs) {
    const start = performance.now();
    await run.warmUp(options.warmUp, (sent) => onStep(`warming up ${run.variant.name}: ${sent}/${options.warmUp}`));
    options.onWarm(run, (performance.now() - start) / 1000);
  }
  const results = runs.map((): RoundResult[] => []);
  const slices = Math.max(1, Math.round(options.seconds / SLICE_SECONDS));
  let pass = 0;
  for (let round = 1; round <= options.rounds; round++) {
    let previous: VariantRun | undefined;
    for (let slice = 1; slice <= slices; slice++) {
      for (const run of orderOfPass(runs, pass++)) {
        onStep(`round ${round}/${options.rounds}, ${slice}/${slices}: ${run.variant.name}`);
        // Alone, it has nobody in whose time its spans could be sent.
        if (previous === run) await settle(run, signal);
        await run.load(after(options.seconds / slices));
        if (previous !== run) previous?.settle();
        previous = run;
      }
    }
    if (previous) await settle(previous, signal);
    runs.forEach((run, index) => {
      const result = run.takeRound();
      results[index]!.push(result);
      options.onRound(round, run, result);
    });
  }
  return results;
}

async function settle(run: VariantRun, signal: AbortSignal): Promise<void> {
  await delay(SETTLE_MS, undefined, { signal });
  run.settle();
}
