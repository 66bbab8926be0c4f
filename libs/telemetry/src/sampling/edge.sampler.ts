import { SpanKind, trace, TraceFlags, type Attributes, type Context, type Link } from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace';
import { ATTR_HTTP_REQUEST_METHOD, ATTR_HTTP_ROUTE } from '@opentelemetry/semantic-conventions';
import { probeOf } from '../self-check/probes.js';
import { ATTR_SAMPLING_RATIO, ATTR_SAMPLING_RULE } from '../semconv/attributes.js';
import { decide } from './decide.js';
import { edgeOf, setEdgeInterest, type Edge } from './edge.js';
import type { Decision, SamplingRules } from './sampling-rules.js';

const FOLLOWED: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const DROPPED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };
const PROMISED: SamplingResult = {
  decision: SamplingDecision.RECORD_AND_SAMPLED,
  attributes: { [ATTR_SAMPLING_RULE]: 'always-sampled', [ATTR_SAMPLING_RATIO]: 1 },
};

/**
 * Decides once for each trace, where it begins or enters the system, and follows that decision everywhere below: the
 * decision of a parent is never overridden, local or remote.
 *
 * A caller from outside is no parent in that sense. What it says is followed too, but not against a duty: what must
 * always be recorded is, and what must never be is not.
 */
export class EdgeSampler implements Sampler {
  #rules: SamplingRules | undefined;

  /** @param root decides where no rule does */
  constructor(private readonly root: Sampler) {
    this.use(undefined);
  }

  /** From the next trace on. */
  use(rules: SamplingRules | undefined): void {
    this.#rules = rules;
    setEdgeInterest(rules ? (rules.needsTenant ? 'tenants' : 'requests') : 'nothing');
  }

  shouldSample(
    ctx: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const edge = kind === SpanKind.SERVER ? edgeOf(ctx) : undefined;
    const parent = trace.getSpanContext(ctx);
    // The tracer takes the trace id of a valid parent only.
    if (parent?.traceId === traceId) {
      const followed = (parent.traceFlags & TraceFlags.SAMPLED) === 0 ? DROPPED : FOLLOWED;
      if (!edge || probeOf(traceId)) return followed;
      if (edge.always) return PROMISED;
      const decision = this.#decide(traceId, name, attributes, edge);
      return decision?.isDuty ? decision.result : followed;
    }
    if (edge?.always) return PROMISED;
    const decision = this.#decide(traceId, name, attributes, edge);
    return decision ? decision.result : this.root.shouldSample(ctx, traceId, name, kind, attributes, links);
  }

  toString(): string {
    return `EdgeSampler{${this.root.toString()}}`;
  }

  #decide(traceId: string, operation: string, attributes: Attributes, edge: Edge | undefined): Decision | undefined {
    if (!this.#rules) return undefined;
    return decide(this.#rules, {
      traceId,
      operation,
      method: attributes[ATTR_HTTP_REQUEST_METHOD] as string | undefined,
      route: attributes[ATTR_HTTP_ROUTE] as string | undefined,
      tenant: edge?.tenant,
    });
  }
}
