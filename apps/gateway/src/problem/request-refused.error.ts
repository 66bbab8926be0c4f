import type { Failure, FailureIssue } from './failure.js';

export interface RequestRefusedOptions {
  headers?: Record<string, string>;
  issues?: FailureIssue[];
  cause?: unknown;
}

/** A request that the edge itself refuses, before any service is asked. */
export class RequestRefusedError extends Error implements Failure {
  override readonly name = 'RequestRefusedError';
  readonly headers: Readonly<Record<string, string>>;
  readonly issues: readonly FailureIssue[];

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    options: RequestRefusedOptions = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.headers = options.headers ?? {};
    this.issues = options.issues ?? [];
  }
}
