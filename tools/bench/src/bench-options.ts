import { parseArgs } from 'node:util';
import { COMPARED_VARIANTS, VARIANT_NAMES, type VariantName } from './variants.js';

export interface BenchOptions {
  readonly help: boolean;
  readonly variants: readonly VariantName[];
  readonly rounds: number;
  /** Length of what is measured, for each variant in each round. */
  readonly seconds: number;
  /** Submissions to each variant before anything is measured: as many to each, so that all are compiled alike. */
  readonly warmUp: number;
  readonly connections: number;
  /** How long the collector takes to answer. */
  readonly collectorLatencyMs: number;
  /** Instead of rounds: send so many submissions to `on` and see whether every trace is complete. */
  readonly complete: number | undefined;
  /** Folder for CPU profiles of the services. */
  readonly cpuProf: string | undefined;
}

/** The command line cannot be used; the message says why. */
export class BenchUsageError extends Error {
  override readonly name = 'BenchUsageError';
}

export const BENCH_HELP = `npm run bench -- [options]

Sends submissions to the platform's own five services on this machine, with tracing switched off, on and done in other
ways, and says what each costs. Writes bench/results/latest.json.

  --variants LIST         some of ${COMPARED_VARIANTS.join(', ')} (default: these),
                          ${VARIANT_NAMES.slice(COMPARED_VARIANTS.length).join(', ')}
  --rounds N              each variant so often, in turn (default 5)
  --seconds N             measured for each variant in each round (default 10)
  --warm-up N             submissions to each variant before that (default 10000)
  --connections N         closed loop over so many connections (default 32)
  --collector-latency MS  how long the collector takes to answer (default 0)
  --complete N            only "on", until N submissions are accepted: is every trace complete?
  --cpu-prof DIR          profile the services, keep the profiles in DIR, and say where time went
  --quick                 one round of 2 seconds each: whether it works, not what it costs
  --help`;

/** @throws BenchUsageError */
export function readBenchOptions(args: readonly string[]): BenchOptions {
  const values = parse(args);
  const quick = values.quick ?? false;
  return {
    help: values.help ?? false,
    variants: variants(values.variants),
    rounds: wholeNumber('--rounds', values.rounds, quick ? 1 : 5),
    seconds: wholeNumber('--seconds', values.seconds, quick ? 2 : 10),
    warmUp: wholeNumber('--warm-up', values['warm-up'], quick ? 200 : 10_000),
    connections: wholeNumber('--connections', values.connections, 32),
    collectorLatencyMs: wholeNumber('--collector-latency', values['collector-latency'], 0, 0),
    complete: values.complete === undefined ? undefined : wholeNumber('--complete', values.complete, 0),
    cpuProf: values['cpu-prof'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        variants: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        'warm-up': { type: 'string' },
        connections: { type: 'string' },
        'collector-latency': { type: 'string' },
        complete: { type: 'string' },
        'cpu-prof': { type: 'string' },
        quick: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new BenchUsageError((error as Error).message, { cause: error });
  }
}

function variants(list: string | undefined): readonly VariantName[] {
  if (list === undefined) return COMPARED_VARIANTS;
  const names = list.split(',').filter(Boolean);
  const unknown = names.filter((name) => !(VARIANT_NAMES as readonly string[]).includes(name));
  if (names.length === 0 || unknown.length > 0) {
    throw new BenchUsageError(`--variants takes a list of ${VARIANT_NAMES.join(', ')}, not "${list}"`);
  }
  return VARIANT_NAMES.filter((name) => names.includes(name));
}

function wholeNumber(name: string, value: string | undefined, fallback: number, least = 1): number {
  if (value === undefined) return fallback;
  if (!/^\d+$/.test(value) || Number(value) < least) {
    throw new BenchUsageError(`${name} must be a whole number of at least ${least}, not "${value}"`);
  }
  return Number(value);
}
