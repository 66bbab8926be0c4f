import { describe } from 'vitest';
import { describeGrpcContract } from '../../test/support/grpc-contract.js';
import { startTestTelemetry } from '../testing/index.js';

describe('traced by interceptors', () => {
  describeGrpcContract(startTestTelemetry());
});
