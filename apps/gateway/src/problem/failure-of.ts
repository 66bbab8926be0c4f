import { DomainError, type ErrorCode } from '@epro/contracts';
import { SubmissionRejectedError } from '../submissions/submission-rejected.error.js';
import type { Failure } from './failure.js';
import { transportFailureOf } from './transport-failure-of.js';
import { RequestRefusedError } from './request-refused.error.js';

/** Seconds after which a retry is worth it, where the service that refused did not say. */
const RETRY_AFTER_S: Readonly<Record<number, string>> = { 409: '1', 429: '10', 503: '2' };

const STATUS_OF: Readonly<Record<ErrorCode, number>> = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  // An idempotency key that was used for another body.
  ALREADY_EXISTS: 422,
  FAILED_PRECONDITION: 422,
  RESOURCE_EXHAUSTED: 429,
  // A service that is too slow is, for the caller, one that is not there.
  DEADLINE_EXCEEDED: 503,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** What a request is answered with when handling it threw `error`. Total: anything unknown is a 500 that says nothing. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RequestRefusedError) return error;
  if (error instanceof SubmissionRejectedError) {
    return { status: 422, code: error.reason, detail: error.message, headers: {}, issues: error.issues };
  }
  if (error instanceof DomainError && error.code !== 'INTERNAL') return ofDomainError(error);
  return transportFailureOf(error) ?? INTERNAL;
}

const INTERNAL: Failure = {
  status: 500,
  code: 'INTERNAL_ERROR',
  detail: 'Something failed on our side. Quote the trace id when you report this.',
  headers: {},
  issues: [],
};

function ofDomainError(error: DomainError): Failure {
  const status = STATUS_OF[error.code];
  const headers: Record<string, string> = {};
  const retryAfter = wholeSeconds(error.metadata['retryAfterSeconds']) ?? RETRY_AFTER_S[status];
  if (retryAfter) headers['retry-after'] = retryAfter;
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="epro"';
  return { status, code: error.reason, detail: error.message, headers, issues: [] };
}

const wholeSeconds = (text: string | undefined): string | undefined =>
  text !== undefined && /^\d{1,6}$/.test(text) ? text : undefined;
