import {
  checkTrace,
  describeViolation,
  SUBMISSION_CONTRACTS,
  type TraceSpan,
  type Violation,
} from '@epro/trace-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phq9 } from './support/api.js';
import { BACKENDS } from './support/backends.js';
import { startPlatform, type Platform } from './support/platform.js';

describe('with instrumentation-grpc in place of the interceptors', () => {
  let platform: Platform | undefined;

  beforeAll(async () => {
    platform = await startPlatform(BACKENDS[0]!, { env: { EPRO_TELEMETRY_GRPC: 'instrumentation' } });
  });
  afterAll(() => platform?.stop());

  it('a submission is one trace of the same shape', async () => {
    const patient = await platform!.api.signIn('aurora', 'patient-1');
    const { status, traceId } = await platform!.api.submit(patient, phq9());
    expect(status).toBe(201);
    let violations: Violation[] = [];
    const until = (spans: readonly TraceSpan[]) => {
      violations = checkTrace(spans, SUBMISSION_CONTRACTS.accepted).filter((violation) => !isKnownGap(violation));
      return violations.length === 0;
    };
    await platform!.jaeger.waitForTrace(traceId, { until }).catch((error: unknown) => {
      throw new Error(violations.map(describeViolation).join('\n'), { cause: error });
    });
  });
});

/** What the library's README says that this instrumentation cannot do: bring back what a service learned. */
function isKnownGap(violation: Violation): boolean {
  return violation.type === 'missing-attribute';
}
