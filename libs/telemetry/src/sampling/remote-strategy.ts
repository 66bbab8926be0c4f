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

/** How the traces that a service begins are picked. */
export type RemoteStrategy =
  | { readonly kind: 'share'; readonly ratio: number }
  | { readonly kind: 'rate'; readonly perSecond: number }
  | {
      readonly kind: 'operations';
      /** For operations that are not named, 0 to 1. */
      readonly ratio: number;
      /** So many traces of each operation are kept in any case. */
      readonly atLeastPerSecond: number;
      readonly operations: ReadonlyMap<string, number>;
    };

/**
 * Reads an answer of Jaeger's remote sampling.
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
  if (operationSampling) {
    const strategies = operationSampling.perOperationStrategies ?? [];
    return {
      kind: 'operations',
      ratio: operationSampling.defaultSamplingProbability,
      atLeastPerSecond: operationSampling.defaultLowerBoundTracesPerSecond,
      operations: new Map(
        strategies.map(({ operation, probabilisticSampling: its }) => [operation, its?.samplingRate ?? 0]),
      ),
    };
  }
  if (rateLimitingSampling) return { kind: 'rate', perSecond: rateLimitingSampling.maxTracesPerSecond };
  if (probabilisticSampling) return { kind: 'share', ratio: probabilisticSampling.samplingRate };
  throw new Error('its answer is no sampling strategy that is known');
}
