import { z } from 'zod';
import { oneOf, type Values } from '../sdk/env-values.js';

const ROOTS = ['always_on', 'always_off', 'traceidratio', 'jaeger_remote'] as const;
type RootName = (typeof ROOTS)[number];

const PARENT_BASED = 'parentbased_';
const SAMPLERS = [...ROOTS.map((root) => `${PARENT_BASED}${root}` as const), ...ROOTS];
const DEFAULT_SAMPLER = 'parentbased_always_on';

export const samplingShape = {
  OTEL_TRACES_SAMPLER: oneOf(SAMPLERS),
  OTEL_TRACES_SAMPLER_ARG: z.string().trim().optional(),
  EPRO_SAMPLING_RULES: z.string().optional(),
};

/** Who decides about a trace that begins here, where no rule does. */
export type RootSampling =
  | { readonly kind: 'always_on' | 'always_off' }
  | { readonly kind: 'traceidratio'; readonly ratio: number }
  | RemoteSampling;

/** Jaeger's remote sampling over HTTP. */
export interface RemoteSampling {
  readonly kind: 'jaeger_remote';
  /** Where strategies are asked for, with the path, without the service. */
  readonly endpoint: string;
  readonly pollingIntervalMs: number;
  /** Share of traces until the first strategy is there, 0 to 1. */
  readonly initialSamplingRate: number;
}

export interface SamplingSettings {
  /** A span follows the decision of its parent. Without this, traces have holes where services decide differently. */
  readonly parentBased: boolean;
  readonly root: RootSampling;
  /** Path of a file with rules, which come before `root`. */
  readonly rulesFile: string | undefined;
}

type SamplingValues = Values<typeof samplingShape>;

/** What one variable says depends on another. */
export function checkSampling(values: SamplingValues, ctx: z.core.$RefinementCtx): void {
  const { OTEL_TRACES_SAMPLER: name = DEFAULT_SAMPLER } = values;
  if (!SAMPLERS.includes(name)) return;
  for (const message of readRoot(values).problems)
    ctx.addIssue({ code: 'custom', path: ['OTEL_TRACES_SAMPLER_ARG'], message });
  if (values.EPRO_SAMPLING_RULES !== undefined && !isParentBased(values)) {
    ctx.addIssue({
      code: 'custom',
      path: ['EPRO_SAMPLING_RULES'],
      message: `needs a sampler that follows the parent: leave OTEL_TRACES_SAMPLER out, or put ${PARENT_BASED} before its value`,
    });
  }
}

export function samplingSettings(values: SamplingValues): SamplingSettings {
  return {
    parentBased: isParentBased(values),
    root: readRoot(values).root,
    rulesFile: values.EPRO_SAMPLING_RULES,
  };
}

function isParentBased({ OTEL_TRACES_SAMPLER: name = DEFAULT_SAMPLER }: SamplingValues): boolean {
  return name.startsWith(PARENT_BASED);
}

interface ReadRoot {
  readonly root: RootSampling;
  readonly problems: readonly string[];
}

function readRoot({
  OTEL_TRACES_SAMPLER: name = DEFAULT_SAMPLER,
  OTEL_TRACES_SAMPLER_ARG: arg,
}: SamplingValues): ReadRoot {
  const kind = (name.startsWith(PARENT_BASED) ? name.slice(PARENT_BASED.length) : name) as RootName;
  switch (kind) {
    case 'always_on':
    case 'always_off':
      return { root: { kind }, problems: [] };
    case 'traceidratio': {
      const ratio = arg === undefined ? 1 : toRatio(arg);
      return ratio === undefined
        ? { root: { kind, ratio: 1 }, problems: ['must be a number from 0 to 1'] }
        : { root: { kind, ratio }, problems: [] };
    }
    case 'jaeger_remote':
      return readRemote(arg);
  }
}

/** As OpenTelemetry's environment variables say: `endpoint=…,pollingIntervalMs=…,initialSamplingRate=…`. */
function readRemote(arg: string | undefined): ReadRoot {
  const problems: string[] = [];
  let endpoint = DEFAULT_ENDPOINT;
  let pollingIntervalMs = 60_000;
  let initialSamplingRate = 0.001;
  for (const entry of arg ? arg.split(',') : []) {
    const equals = entry.indexOf('=');
    const key = entry.slice(0, equals).trim();
    const value = entry.slice(equals + 1).trim();
    if (equals > 0 && key === 'endpoint')
      endpoint = toEndpoint(value) ?? report('endpoint must be an http or https URL');
    else if (equals > 0 && key === 'pollingIntervalMs')
      pollingIntervalMs = toInterval(value) ?? report('pollingIntervalMs must be a whole number above 0', 1);
    else if (equals > 0 && key === 'initialSamplingRate')
      initialSamplingRate = toRatio(value) ?? report('initialSamplingRate must be a number from 0 to 1', 1);
    else problems.push('must be a list of endpoint=URL, pollingIntervalMs=NUMBER and initialSamplingRate=NUMBER');
  }
  return {
    root: { kind: 'jaeger_remote', endpoint, pollingIntervalMs, initialSamplingRate },
    problems: [...new Set(problems)],
  };

  function report(problem: string): string;
  function report(problem: string, instead: number): number;
  function report(problem: string, instead?: number): string | number {
    problems.push(problem);
    return instead ?? DEFAULT_ENDPOINT;
  }
}

const DEFAULT_ENDPOINT = 'http://localhost:5778/sampling';

/** With Jaeger's own path where none is given. */
function toEndpoint(value: string): string | undefined {
  if (!URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.pathname === '/') url.pathname = '/sampling';
  return url.href;
}

function toRatio(value: string): number | undefined {
  const ratio = value === '' ? Number.NaN : Number(value);
  return ratio >= 0 && ratio <= 1 ? ratio : undefined;
}

function toInterval(value: string): number | undefined {
  const interval = Number(value);
  return Number.isSafeInteger(interval) && interval > 0 ? interval : undefined;
}
