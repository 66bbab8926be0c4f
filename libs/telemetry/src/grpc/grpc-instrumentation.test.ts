import { describe, vi } from 'vitest';
import { describeGrpcContract, type CallKind, type Ending, type Expected } from '../../test/support/grpc-contract.js';
import { startTestTelemetry } from '../testing/index.js';

vi.stubEnv('EPRO_TELEMETRY_GRPC', 'instrumentation');

/** Where the instrumentation falls short of the contract: the table in the README, section "Where the instrumentations differ". */
function differences(kind: CallKind, ending: Ending): Partial<Expected> {
  const streamsAnswer = kind === 'down' || kind === 'chat';
  switch (ending) {
    case 'throw':
    case 'unreadable request':
    case 'cancel':
    case 'deadline':
      return { server: 'none', error: ['client'] };
    case 'unsendable answer':
      return { server: streamsAnswer ? 'none' : 'OK', error: ['client'] };
    default:
      return {};
  }
}

describe('traced by instrumentation-grpc', () => {
  describeGrpcContract(startTestTelemetry(), differences);
});
