import { describe, vi } from 'vitest';
import { describePgContract, type PgDifferences } from '../../test/support/pg-contract.js';
import { startTestTelemetry } from '../testing/index.js';

vi.stubEnv('EPRO_TELEMETRY_PG', 'instrumentation');

/** Where the instrumentation differs from the contract: the second table in the README, section "Where the instrumentations differ". */
const DIFFERENCES: PgDifferences = {
  failureEvents: ['exception'],
  callbackSpans: ['SELECT'],
  submittableSpans: ['SELECT'],
};

describe('traced by instrumentation-pg', () => {
  describePgContract(startTestTelemetry(), DIFFERENCES);
});
