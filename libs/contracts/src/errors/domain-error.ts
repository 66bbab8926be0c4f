const ERROR_CODES = [
  'INVALID_ARGUMENT',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'ABORTED',
  'FAILED_PRECONDITION',
  'RESOURCE_EXHAUSTED',
  'DEADLINE_EXCEEDED',
  'UNAVAILABLE',
  'INTERNAL',
] as const;

/** Why an operation was refused or failed, in the canonical terms of google.rpc.Code. */
export type ErrorCode = (typeof ERROR_CODES)[number];

export function isErrorCode(name: string | undefined): name is ErrorCode {
  return (ERROR_CODES as readonly (string | undefined)[]).includes(name);
}

export interface DomainErrorOptions {
  /** Values for a program, for example the service that is down. Never an answer, a name or a token. */
  metadata?: Record<string, string>;
  cause?: unknown;
}

const FAULTS: ReadonlySet<ErrorCode> = new Set(['INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED']);

/**
 * A failure in the terms of the domain. It knows no transport: the RPC filter turns it into a gRPC status, the
 * gRPC client turns that status back into it, and the gateway turns it into problem+json.
 *
 * `message` is shown to callers: it says what was wrong, where and what to do, and never echoes what was sent.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly metadata: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    /** Stable id of the cause, UPPER_SNAKE_CASE, for example `IDEMPOTENCY_KEY_REUSED`. */
    readonly reason: string,
    message: string,
    options: DomainErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.metadata = options.metadata ?? {};
  }

  /** Whether it is part of normal work, as bad input is, and no fault of the system: no stack, no red span. */
  get expected(): boolean {
    return !FAULTS.has(this.code);
  }
}
