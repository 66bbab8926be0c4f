import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import {
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace';
import { ATTR_SAMPLING_RATIO, ATTR_SAMPLING_RULE } from '../semconv/attributes.js';

const DROPPED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/** OpenTelemetry's share of trace ids, which says on each span that it keeps by which rule and share it did. */
export class ShareSampler implements Sampler {
  readonly #share: TraceIdRatioBasedSampler;
  readonly #kept: SamplingResult;

  /** @param ratio 0 to 1 */
  constructor(
    rule: string,
    private readonly ratio: number,
  ) {
    this.#share = new TraceIdRatioBasedSampler(ratio);
    const attributes = { [ATTR_SAMPLING_RULE]: rule, [ATTR_SAMPLING_RATIO]: ratio };
    this.#kept = { decision: SamplingDecision.RECORD_AND_SAMPLED, attributes };
  }

  shouldSample(_ctx: Context, traceId: string): SamplingResult {
    const { decision } = this.#share.shouldSample(ROOT_CONTEXT, traceId);
    return decision === SamplingDecision.NOT_RECORD ? DROPPED : this.#kept;
  }

  toString(): string {
    return `Share{${this.ratio}}`;
  }
}
