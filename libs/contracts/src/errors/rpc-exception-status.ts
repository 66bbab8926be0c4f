import { Metadata, status } from '@grpc/grpc-js';
import type { RpcException } from '@nestjs/microservices';
import { DomainError, isErrorCode } from './domain-error.js';
import { toGrpcStatus, type GrpcStatus } from './grpc-status.js';

/** Statuses that say that the server is at fault. Semantic conventions, gRPC. */
const FAULTS: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/**
 * What a call that failed with Nest's own exception ends with: the status and text it was made with; UNKNOWN, as for
 * any gRPC server, where it has no code that gRPC knows.
 */
export function statusOfRpcException(exception: RpcException): GrpcStatus {
  const given = exception.getError();
  const code = typeof given === 'object' ? codeOf(given) : status.UNKNOWN;
  const name = status[code];
  if (isErrorCode(name)) return toGrpcStatus(new DomainError(name, name, exception.message));
  return { code, message: exception.message, metadata: new Metadata() };
}

/** Whether the server is at fault, and not who called it. */
export function isFault(code: status): boolean {
  return FAULTS.has(code);
}

function codeOf(given: object): status {
  const { code } = given as { code?: unknown };
  return typeof code === 'number' && code !== 0 && status[code] !== undefined ? code : status.UNKNOWN;
}
