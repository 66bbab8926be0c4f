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

/** What is selected, and which violations the library's README says that it cannot do without. */
const ALTERNATIVES: { name: string; env: Record<string, string>; gap?: Violation['type'] }[] = [
  {
    name: 'instrumentation-grpc in place of the interceptors',
    env: { EPRO_TELEMETRY_GRPC: 'instrumentation' },
    // It does not bring back what a service learned.
    gap: 'missing-attribute',
  },
  { name: 'instrumentation-pg in place of the pool', env: { EPRO_TELEMETRY_PG: 'instrumentation' } },
];

describe.each(ALTERNATIVES)('with $name', ({ env, gap }) => {
  let platform: Platform | undefined;

  beforeAll(async () => {
    platform = await startPlatform(BACKENDS[0]!, { env });
  });
  afterAll(() => platform?.stop());

  it('a submission is one trace of the same shape', async () => {
    const patient = await platform!.api.signIn('aurora', 'patient-1');
    const { status, traceId } = await platform!.api.submit(patient, phq9());
    expect(status).toBe(201);
    let violations: Violation[] = [];
    const until = (spans: readonly TraceSpan[]) => {
      violations = checkTrace(spans, SUBMISSION_CONTRACTS.accepted).filter(({ type }) => type !== gap);
      return violations.length === 0;
    };
    await platform!.jaeger.waitForTrace(traceId, { until }).catch((error: unknown) => {
      throw new Error(violations.map(describeViolation).join('\n'), { cause: error });
    });
  });
});
