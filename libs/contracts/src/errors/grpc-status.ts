import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { Any } from '../generated/google/protobuf/any.js';
import { ErrorInfo } from '../generated/google/rpc/error_details.js';
import { Status } from '../generated/google/rpc/status.js';
import { DomainError, type ErrorCode } from './domain-error.js';

const DETAILS_KEY = 'grpc-status-details-bin';
const ERROR_INFO_TYPE = 'type.googleapis.com/google.rpc.ErrorInfo';
const ERROR_DOMAIN = 'epro';

/** What grpc-js accepts as the failure of a call. */
export interface GrpcStatus {
  code: status;
  message: string;
  metadata: Metadata;
}

/** Writes a domain error as a gRPC status with google.rpc.ErrorInfo in its details. */
export function toGrpcStatus(error: DomainError): GrpcStatus {
  const code = status[error.code];
  const info = ErrorInfo.fromPartial({ reason: error.reason, domain: ERROR_DOMAIN, metadata: error.metadata });
  const details = Status.fromPartial({
    code,
    message: error.message,
    details: [Any.fromPartial({ typeUrl: ERROR_INFO_TYPE, value: Buffer.from(ErrorInfo.encode(info).finish()) })],
  });
  const metadata = new Metadata();
  metadata.set(DETAILS_KEY, Buffer.from(Status.encode(details).finish()));
  return { code, message: error.message, metadata };
}

/**
 * Reads the failure of a call to `service` as a domain error. A status without our details becomes UNAVAILABLE,
 * DEADLINE_EXCEEDED or INTERNAL with a text of our own: what a foreign or crashed peer wrote is not passed on.
 */
export function fromGrpcStatus(service: string, error: ServiceError): DomainError {
  const info = readErrorInfo(error);
  if (info) {
    const code = (status[error.code] ?? 'INTERNAL') as ErrorCode;
    return new DomainError(code, info.reason, error.details, { metadata: info.metadata, cause: error });
  }
  const options = { metadata: { service }, cause: error };
  if (error.code === status.UNAVAILABLE) {
    return new DomainError(
      'UNAVAILABLE',
      'SERVICE_UNAVAILABLE',
      `${service} is not reachable. Try again later.`,
      options,
    );
  }
  if (error.code === status.DEADLINE_EXCEEDED) {
    return new DomainError(
      'DEADLINE_EXCEEDED',
      'DEADLINE_EXCEEDED',
      `${service} did not answer in time. Try again later.`,
      options,
    );
  }
  return new DomainError(
    'INTERNAL',
    'INTERNAL',
    `${service} failed. Quote the trace id when you report this.`,
    options,
  );
}

function readErrorInfo(error: ServiceError): ErrorInfo | undefined {
  const [bytes] = error.metadata?.get(DETAILS_KEY) ?? [];
  if (!(bytes instanceof Uint8Array)) return undefined;
  try {
    const detail = Status.decode(bytes).details.find((any) => any.typeUrl === ERROR_INFO_TYPE);
    const info = detail && ErrorInfo.decode(detail.value);
    return info?.domain === ERROR_DOMAIN ? info : undefined;
  } catch {
    return undefined; // Not a google.rpc.Status: a peer that is not ours.
  }
}
