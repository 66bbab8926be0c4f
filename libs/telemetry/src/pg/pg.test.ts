import { describe } from 'vitest';
import { describePgContract } from '../../test/support/pg-contract.js';
import { startTestTelemetry } from '../testing/index.js';

describe('traced by the pool', () => {
  describePgContract(startTestTelemetry());
});
