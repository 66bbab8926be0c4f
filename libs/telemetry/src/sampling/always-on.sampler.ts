import { diag, trace, TraceFlags, type Context } from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace';
import { ATTR_SAMPLING_RULE } from '../semconv/attributes.js';

const KEPT: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const KEPT_AGAINST_PARENT: SamplingResult = { ...KEPT, attributes: { [ATTR_SAMPLING_RULE]: 'always_on' } };

/** OpenTelemetry's `always_on`, which says so where it records what a caller decided not to. */
export class AlwaysOnSampler implements Sampler {
  #hasWarned = false;

  shouldSample(ctx: Context, traceId: string): SamplingResult {
    const parent = trace.getSpanContext(ctx);
    if (parent?.traceId !== traceId || (parent.traceFlags & TraceFlags.SAMPLED) !== 0) return KEPT;
    if (!this.#hasWarned) {
      this.#hasWarned = true;
      diag.warn(
        'OTEL_TRACES_SAMPLER=always_on records here what callers decided not to: there will be parts of traces. ' +
          'Use parentbased_always_on.',
      );
    }
    return KEPT_AGAINST_PARENT;
  }

  toString(): string {
    return 'AlwaysOn';
  }
}
