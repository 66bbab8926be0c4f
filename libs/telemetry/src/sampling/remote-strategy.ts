import { z } from 'zod';

const share = z.object({ samplingRate: z.number().min(0).max(1).default(0) });
const perSecond = z.number().min(0).default(0);

/** What Jaeger answers, as JSON of its `sampling.proto`: zeros may be left out. */
const answerSchema = z.object({
  strategyType: z.union([z.string(), z.number()]).optional(),
  probabilisticSampling: share.nullish(),
  rateLimitingSampling: z.object({ maxTracesPerSecond: perSecond }).nullish(),
  operationSampling: z
    .object({
      defaultSamplingProbability: z.number().min(0).max(1).default(0),
      defaultLowerBoundTracesPerSecond: perSecond,
      perOperationStrategies: z
        .array(z.object({ operation: z.string(), probabilisticSampling: share.nullish() }))
        .nullish(),
    })
    .nullish(),
});

/** How the traces that a service begins are picked: a share of them, 0 to 1, or so many a second. */
export type SimpleStrategy =
  { readonly kind: 'share'; readonly ratio: number } | { readonly kind: 'rate'; readonly perSecond: number };

export type RemoteStrategy = SimpleStrategy | OperationStrategies;

/** Each operation by itself. */
export interface OperationStrategies {
  readonly kind: 'operations';
  /** The shares of operations, 0 to 1. */
  readonly operations: ReadonlyMap<string, number>;
  readonly others: SimpleStrategy;
  /** So many traces of each operation are kept in any case. */
  readonly atLeastPerSecond: number;
}

/**
 * Reads an answer of Jaeger's remote sampling.
 *
 * Jaeger gives a service with a rate the operations of its default strategy along: these are for the operations that
 * they name, and the rate for all others. (Other clients then forget the rate.)
 *
 * @throws Error that says what is wrong with it
 */
export function parseRemoteStrategy(text: string): RemoteStrategy {
  const parsed = answerSchema.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`its answer is no sampling strategy (${problems.join('; ')})`);
  }
  const { operationSampling, rateLimitingSampling, probabilisticSampling } = parsed.data;
  const rate = rateLimitingSampling && ({ kind: 'rate', perSecond: rateLimitingSampling.maxTracesPerSecond } as const);
  if (operationSampling) {
    const { perOperationStrategies, defaultSamplingProbability, defaultLowerBoundTracesPerSecond } = operationSampling;
    return {
      kind: 'operations',
      operations: new Map(
        (perOperationStrategies ?? []).map(({ operation, probabilisticSampling: its }) => [
          operation,
          its?.samplingRate ?? 0,
        ]),
      ),
      others: rate ?? { kind: 'share', ratio: defaultSamplingProbability },
      atLeastPerSecond: defaultLowerBoundTracesPerSecond,
    };
  }
  if (rate) return rate;
  if (probabilisticSampling) return { kind: 'share', ratio: probabilisticSampling.samplingRate };
  throw new Error('its answer is no sampling strategy that is known');
}
