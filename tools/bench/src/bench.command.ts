import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { BENCH_HELP, readBenchOptions, type BenchOptions } from './bench-options.js';
import { summariseProfiles } from './profile/summarise-profiles.js';
import type { BenchResult, VariantResult } from './report/bench-result.js';
import { formatReport, formatRound } from './report/format-report.js';
import { formatShare } from './report/format-share.js';
import { readResult, writeResult } from './report/result-file.js';
import { ratioRangesTo, ratiosTo, summarise } from './report/summarise.js';
import { costPerSpanToAuto, targetsOf } from './report/targets.js';
import { runRounds } from './run-rounds.js';
import { VariantRun, type RunOutcome } from './variant-run.js';
import { variantOf, type VariantName } from './variants.js';

export interface BenchContext {
  readonly print: (text: string) => void;
  /** Replaces itself, where there is a terminal. */
  readonly progress: (text: string) => void;
  readonly resultFile: string;
  readonly signal: AbortSignal;
}

/** PostgreSQL as the demo runs it; @epro/embedded-postgres says why. */
const POSTGRES = 'as in the demo (synchronous_commit on, fsync off)';

/**
 * Runs the benchmark.
 *
 * @returns whether every submission was accepted; what was measured does not matter for it
 * @throws BenchUsageError, or what kept the platform from starting
 */
export async function runBench(args: readonly string[], context: BenchContext): Promise<boolean> {
  const options = readBenchOptions(args);
  if (options.help) {
    context.print(BENCH_HELP);
    return true;
  }
  context.print(
    `${options.connections} connections, collector answers after ${options.collectorLatencyMs} ms, ` +
      `PostgreSQL ${POSTGRES}, ${availableParallelism()} CPUs`,
  );
  return options.complete === undefined
    ? compareVariants(options, context)
    : checkCompleteness(options, options.complete, context);
}

async function compareVariants(options: BenchOptions, context: BenchContext): Promise<boolean> {
  const { rounds } = options;
  const runs: VariantRun[] = [];
  try {
    for (const name of options.variants) runs.push(await start(name, options, context));
    const measured = await runRounds(runs, {
      ...options,
      signal: context.signal,
      onStep: context.progress,
      onWarm: ({ variant }, seconds) => context.print(`${variant.name} is warm after ${seconds.toFixed(1)} s`),
      onRound: (round, { variant }, result) => context.print(formatRound(round, rounds, variant.name, result)),
    });
    const variants: Record<string, VariantResult> = {};
    for (const [index, run] of runs.entries()) {
      const outcome = await finish(run, options, context);
      variants[run.variant.name] = summarise(measured[index]!, outcome);
    }
    const result = await resultOf(variants, options, context);
    await writeResult(context.resultFile, result);
    context.print(`\n${formatReport(result)}\n\n${context.resultFile}`);
    return Object.values(variants).every(({ failed }) => failed === 0);
  } finally {
    context.progress('stopping');
    await Promise.all(runs.map((run) => run.stop()));
    context.progress('');
  }
}

async function resultOf(
  variants: BenchResult['variants'],
  { connections, seconds, warmUp, collectorLatencyMs }: BenchOptions,
  { resultFile }: BenchContext,
): Promise<BenchResult> {
  const { off } = variants;
  const toOff = <Ratio>(ratio: (off: VariantResult, variant: VariantResult) => Ratio): Record<string, Ratio> =>
    off ? Object.fromEntries(Object.entries(variants).map(([name, variant]) => [name, ratio(off, variant)])) : {};
  return {
    at: new Date().toISOString(),
    node: process.version,
    cpus: availableParallelism(),
    conditions: { connections, seconds, warmUp, collectorLatencyMs, postgres: POSTGRES },
    variants,
    ratiosToOff: toOff(ratiosTo),
    ratioRangesToOff: toOff(ratioRangesTo),
    costPerSpanToAuto: costPerSpanToAuto(variants),
    targets: targetsOf(variants),
    completeness: (await readResult(resultFile))?.completeness ?? null,
  };
}

/** Many submissions with tracing on: is the trace of every one complete? */
async function checkCompleteness(options: BenchOptions, count: number, context: BenchContext): Promise<boolean> {
  const run = await start('on', options, context);
  try {
    await run.warmUp(count, (accepted) => context.progress(`${accepted}/${count}`));
    const outcome = await finish(run, options, context);
    const { spansPerSubmission, droppedSpans, completeShare = 0, traces } = outcome;
    const completeness: BenchResult['completeness'] = {
      accepted: traces.accepted,
      complete: traces.complete,
      completeShare,
      droppedSpans,
      spansPerSubmission,
      collectorLatencyMs: options.collectorLatencyMs,
      flaws: traces.flaws,
      at: new Date().toISOString(),
    };
    context.print(
      `${traces.complete} of ${traces.accepted} accepted submissions have a complete trace: ` +
        `${formatShare(completeShare)}, ${droppedSpans} spans missing`,
    );
    if (traces.examples.length > 0) context.print(JSON.stringify(traces.examples, null, 2));
    const before = await readResult(context.resultFile);
    await writeResult(context.resultFile, { ...(before ?? (await resultOf({}, options, context))), completeness });
    return outcome.failed === 0;
  } finally {
    await run.stop();
  }
}

async function start(
  name: VariantName,
  options: BenchOptions,
  { progress, signal }: BenchContext,
): Promise<VariantRun> {
  progress(`starting ${name}`);
  const profiles = profilesOf(name, options);
  if (profiles) await mkdir(profiles, { recursive: true });
  return VariantRun.start(variantOf(name), {
    connections: options.connections,
    collectorLatencyMs: options.collectorLatencyMs,
    nodeFlags: profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [],
    signal,
  });
}

async function finish(run: VariantRun, options: BenchOptions, { print, progress }: BenchContext): Promise<RunOutcome> {
  const { name } = run.variant;
  progress(`finishing ${name}`);
  const outcome = await run.finish();
  if (outcome.failed > 0) print(`${name}: ${outcome.failed} submissions failed, the first was ${outcome.failure}`);
  for (const warning of outcome.warnings.slice(0, 3)) print(`${name}: ${warning}`);
  if (outcome.traces.examples.length > 0) print(`${name}: incomplete traces ${JSON.stringify(outcome.traces.flaws)}`);
  const profiles = profilesOf(name, options);
  if (profiles) print(await summariseProfiles(profiles, run));
  return outcome;
}

function profilesOf(name: VariantName, { cpuProf }: BenchOptions): string | undefined {
  return cpuProf && join(resolve(cpuProf), name);
}
