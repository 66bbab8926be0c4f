import type { Attributes, Histogram } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE, METRIC_DB_CLIENT_OPERATION_DURATION } from '@opentelemetry/semantic-conventions';
import { onMeasuring, secondsSince } from './measuring.js';

/** Seconds, as the semantic conventions advise for databases. */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

let duration: Histogram | undefined;

onMeasuring((meter) => {
  duration = meter.createHistogram(METRIC_DB_CLIENT_OPERATION_DURATION, {
    unit: 's',
    description: 'Duration of statements, from being sent to their result.',
    advice: { explicitBucketBoundaries: BUCKETS },
  });
});

/**
 * Tells how long a statement took.
 *
 * @param startedAt `performance.now()` when it was sent
 * @param attributes what all runs of the statement have in common
 * @param errorType of one that failed
 */
export function recordStatement(startedAt: number, attributes: Attributes, errorType?: string): void {
  duration?.record(
    secondsSince(startedAt),
    errorType === undefined ? attributes : { ...attributes, [ATTR_ERROR_TYPE]: errorType },
  );
}
