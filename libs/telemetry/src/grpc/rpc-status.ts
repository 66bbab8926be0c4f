import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE, ATTR_RPC_STATUS_CODE } from '@opentelemetry/semantic-conventions';

export type RpcSide = 'client' | 'server';

/** google.rpc.Code by number. Not grpc-js's own: the preload must not load what instrumentations are to wrap. */
const STATUS_NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

/** On a server only these are faults of its own; the others tell the caller what it did. Semantic conventions, gRPC. */
const SERVER_FAULTS: ReadonlySet<string> = new Set([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

export function isStatusCode(code: number): boolean {
  return STATUS_NAMES[code] !== undefined;
}

/** `NOT_FOUND` for 5; the number itself for one that gRPC does not know. */
export function statusName(code: number): string {
  return STATUS_NAMES[code] ?? String(code);
}

/** Whether a call that ended with this status is an error for that side of it. */
export function isRpcError(side: RpcSide, statusName: string): boolean {
  return side === 'client' ? statusName !== 'OK' : SERVER_FAULTS.has(statusName);
}

/** Records how a call ended. The status text is left out: it may come from anywhere and may hold anything. */
export function recordRpcStatus(span: Span, side: RpcSide, code: number): void {
  const name = statusName(code);
  span.setAttribute(ATTR_RPC_STATUS_CODE, name);
  if (!isRpcError(side, name)) return;
  span.setAttribute(ATTR_ERROR_TYPE, name);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
