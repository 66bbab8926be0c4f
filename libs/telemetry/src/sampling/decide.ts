import { ROOT_CONTEXT } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import type { Decision, Names, SamplingRule, SamplingRules } from './sampling-rules.js';

/** What is known of a trace when it begins. */
export interface TraceStart {
  /** 32 lower-case hex digits. A share of the traces is picked by it, so that everybody picks the same ones. */
  readonly traceId: string;
  /** Name of its first span. */
  readonly operation: string;
  /** Upper case; absent where it is no HTTP request. */
  readonly method?: string | undefined;
  /** The route's template. */
  readonly route?: string | undefined;
  readonly tenant?: string | undefined;
}

/** What the first rule that fits says of a trace; `undefined` where none does. */
export function decide({ rules }: SamplingRules, start: TraceStart): Decision | undefined {
  for (const rule of rules) {
    if (fits(rule, start)) return isKept(rule, start.traceId) ? rule.kept : rule.dropped;
  }
  return undefined;
}

function fits({ methods, routes, operations, tenants }: SamplingRule, start: TraceStart): boolean {
  return (
    (!methods || (start.method !== undefined && methods.has(start.method))) &&
    (!routes || isAmong(start.route, routes)) &&
    (!operations || isAmong(start.operation, operations)) &&
    (!tenants || (start.tenant !== undefined && tenants.has(start.tenant)))
  );
}

function isAmong(value: string | undefined, { exact, prefixes }: Names): boolean {
  if (value === undefined) return false;
  if (exact.has(value)) return true;
  for (const prefix of prefixes) if (value.startsWith(prefix)) return true;
  return false;
}

function isKept({ share, keepsAll }: SamplingRule, traceId: string): boolean {
  return share ? share.shouldSample(ROOT_CONTEXT, traceId).decision !== SamplingDecision.NOT_RECORD : keepsAll;
}
