import { SamplingDecision, TraceIdRatioBasedSampler, type SamplingResult } from '@opentelemetry/sdk-trace';
import { z } from 'zod';
import { ATTR_SAMPLING_RATIO, ATTR_SAMPLING_RULE } from '../semconv/attributes.js';

const TEXTS = 'must be a text or a list of texts';
const texts = z
  .union([z.string().min(1, TEXTS), z.array(z.string().min(1, TEXTS)).min(1, TEXTS)], { error: TEXTS })
  .transform((value) => (typeof value === 'string' ? [value] : value));

const SAMPLE = 'must be "always", "never" or a number from 0 to 1';
const sampleSchema = z.union([z.enum(['always', 'never']), z.number().min(0, SAMPLE).max(1, SAMPLE)], {
  error: SAMPLE,
});

const SHARE = 'must be a number from 0 to 1';

const ruleSchema = z.strictObject({
  name: z
    .string({ error: 'must be there' })
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and -'),
  method: texts.optional(),
  route: texts.optional(),
  operation: texts.optional(),
  tenant: texts.optional(),
  tier: texts.optional(),
  sample: sampleSchema,
});

const fileSchema = z.strictObject({
  tiers: z.record(z.string(), z.array(z.string().min(1))).default({}),
  rules: z.array(ruleSchema, { error: 'must be a list of rules' }),
  otherwise: z.number(SHARE).min(0, SHARE).max(1, SHARE).optional(),
});

type File = z.output<typeof fileSchema>;

/** Which traces are recorded. The first rule that fits decides. */
export interface SamplingRules {
  readonly rules: readonly SamplingRule[];
  /** Some rule asks whose request it is. */
  readonly needsTenant: boolean;
}

/** One rule, ready to be asked. What is absent fits everything. */
export interface SamplingRule {
  readonly methods: ReadonlySet<string> | undefined;
  readonly routes: Names | undefined;
  readonly operations: Names | undefined;
  readonly tenants: ReadonlySet<string> | undefined;
  /** What it comes to for a trace that it keeps or drops; the same objects each time. */
  readonly kept: Decision;
  readonly dropped: Decision;
  /** Picks the trace ids of a rule that keeps a share; absent for one that keeps all or nothing. */
  readonly share: TraceIdRatioBasedSampler | undefined;
  readonly keepsAll: boolean;
}

/** A list of names, in which a `*` at the end of an entry stands for any rest. */
export interface Names {
  readonly exact: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}

export interface Decision {
  /** Name of the rule. */
  readonly rule: string;
  readonly sampled: boolean;
  /** From `always` or `never`: it holds whatever a caller from outside says. */
  readonly isDuty: boolean;
  /** The same for the SDK. */
  readonly result: SamplingResult;
}

/** Rules that cannot be used, with everything that is wrong with them. */
export class SamplingRulesError extends Error {
  override readonly name = 'SamplingRulesError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
  }
}

/**
 * Reads rules from their file's text.
 *
 * @throws SamplingRulesError
 */
export function parseSamplingRules(text: string): SamplingRules {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SamplingRulesError([`is no JSON: ${(error as Error).message}`]);
  }
  const parsed = fileSchema.safeParse(json);
  const problems = parsed.success ? conflicts(parsed.data) : parsed.error.issues.map(describeIssue);
  if (!parsed.success || problems.length > 0) throw new SamplingRulesError(problems);
  return compile(parsed.data);
}

/** What makes no sense together, although each part does. */
function conflicts({ tiers, rules }: File): string[] {
  const problems: string[] = [];
  const tierOf = new Map<string, string>();
  for (const [tier, tenants] of Object.entries(tiers)) {
    for (const tenant of tenants) {
      const other = tierOf.get(tenant);
      if (other !== undefined && other !== tier) problems.push(`tiers: ${tenant} is in ${other} and in ${tier}`);
      tierOf.set(tenant, tier);
    }
  }
  const names = new Set<string>();
  let all: string | undefined;
  for (const rule of rules) {
    if (names.has(rule.name)) problems.push(`rules: ${rule.name} is there twice`);
    names.add(rule.name);
    for (const tier of rule.tier ?? []) {
      if (!Object.hasOwn(tiers, tier))
        problems.push(`rules: ${rule.name} names the tier ${tier}, which tiers does not have`);
    }
    if (all !== undefined)
      problems.push(`rules: ${rule.name} is never reached, because ${all} before it fits everything`);
    else if (fitsEverything(rule)) all = rule.name;
  }
  return problems;
}

function fitsEverything({ method, route, operation, tenant, tier }: File['rules'][number]): boolean {
  return [method, route, operation, tenant, tier].every((condition) => condition === undefined);
}

function describeIssue({ path, message, ...issue }: z.core.$ZodIssue): string {
  const text = issue.code === 'unrecognized_keys' ? `has the unknown key ${issue.keys.join(', ')}` : message;
  const place = path.map((step, index) =>
    typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`,
  );
  return place.length > 0 ? `${place.join('')}: ${text}` : text;
}

function compile({ tiers, rules, otherwise }: File): SamplingRules {
  const compiled = rules.map((rule) => {
    const tenants = [...(rule.tenant ?? []), ...(rule.tier ?? []).flatMap((tier) => tiers[tier] ?? [])];
    return compileRule(rule.name, rule.sample, {
      methods: rule.method && new Set(rule.method.map((method) => method.toUpperCase())),
      routes: rule.route && toNames(rule.route),
      operations: rule.operation && toNames(rule.operation),
      tenants: rule.tenant || rule.tier ? new Set(tenants) : undefined,
    });
  });
  const last = otherwise === undefined ? [] : [compileRule('otherwise', otherwise, {})];
  return { rules: [...compiled, ...last], needsTenant: compiled.some(({ tenants }) => tenants !== undefined) };
}

function toNames(entries: readonly string[]): Names {
  const [prefixes, exact] = [
    entries.filter((entry) => entry.endsWith('*')),
    entries.filter((entry) => !entry.endsWith('*')),
  ];
  return { exact: new Set(exact), prefixes: prefixes.map((entry) => entry.slice(0, -1)) };
}

type Conditions = Partial<Pick<SamplingRule, 'methods' | 'routes' | 'operations' | 'tenants'>>;

function compileRule(name: string, sample: z.output<typeof sampleSchema>, conditions: Conditions): SamplingRule {
  const isDuty = typeof sample === 'string';
  const ratio = isDuty ? Number(sample === 'always') : sample;
  const attributes = { [ATTR_SAMPLING_RULE]: name, [ATTR_SAMPLING_RATIO]: ratio };
  return {
    methods: conditions.methods,
    routes: conditions.routes,
    operations: conditions.operations,
    tenants: conditions.tenants,
    kept: { rule: name, sampled: true, isDuty, result: { decision: SamplingDecision.RECORD_AND_SAMPLED, attributes } },
    dropped: { rule: name, sampled: false, isDuty, result: { decision: SamplingDecision.NOT_RECORD } },
    share: ratio > 0 && ratio < 1 ? new TraceIdRatioBasedSampler(ratio) : undefined,
    keepsAll: ratio === 1,
  };
}
