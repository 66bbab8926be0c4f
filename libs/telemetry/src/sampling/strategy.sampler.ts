import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace';
import { ATTR_SAMPLING_RULE } from '../semconv/attributes.js';
import { RateLimit } from './rate-limit.js';
import type { OperationStrategies, RemoteStrategy, SimpleStrategy } from './remote-strategy.js';
import { ShareSampler } from './share.sampler.js';

const DROPPED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/** The sampler for a strategy that came from Jaeger. */
export function createStrategySampler(strategy: RemoteStrategy, now?: () => number): Sampler {
  return strategy.kind === 'operations' ? new OperationSampler(strategy, now) : createSimple(strategy, now);
}

function createSimple(strategy: SimpleStrategy, now?: () => number): Sampler {
  return strategy.kind === 'share'
    ? new ShareSampler('jaeger-remote', strategy.ratio)
    : new RateSampler('jaeger-remote-rate', new RateLimit(strategy.perSecond, now));
}

class RateSampler implements Sampler {
  readonly #kept: SamplingResult;

  constructor(
    rule: string,
    private readonly limit: RateLimit,
  ) {
    this.#kept = { decision: SamplingDecision.RECORD_AND_SAMPLED, attributes: { [ATTR_SAMPLING_RULE]: rule } };
  }

  shouldSample(): SamplingResult {
    return this.limit.tryTake() ? this.#kept : DROPPED;
  }

  toString(): string {
    return 'Rate';
  }
}

/** An operation's own share and, so that a rare one is seen at all, so many of it each second. */
class OperationSampler implements Sampler {
  readonly #named: ReadonlyMap<string, { share: Sampler; least: Sampler }>;
  readonly #others: Sampler;
  readonly #leastOfOthers: Sampler;

  constructor({ operations, others, atLeastPerSecond }: OperationStrategies, now?: () => number) {
    const least = () => new RateSampler('jaeger-remote-lower-bound', new RateLimit(atLeastPerSecond, now));
    const named = [...operations].map(
      ([operation, its]) =>
        [operation, { share: new ShareSampler('jaeger-remote-operation', its), least: least() }] as const,
    );
    this.#named = new Map(named);
    this.#others = createSimple(others, now);
    this.#leastOfOthers = least();
  }

  shouldSample(
    ctx: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const { share, least } = this.#named.get(name) ?? { share: this.#others, least: this.#leastOfOthers };
    const result = share.shouldSample(ctx, traceId, name, kind, attributes, links);
    if (result.decision !== SamplingDecision.NOT_RECORD) return result;
    return least.shouldSample(ctx, traceId, name, kind, attributes, links);
  }

  toString(): string {
    return `Operations{${this.#named.size}}`;
  }
}
