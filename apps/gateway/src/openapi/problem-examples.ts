import type { Failure } from '../problem/failure.js';

export type ProblemStatus = 400 | 401 | 403 | 404 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 503;

interface ProblemExample extends Pick<Failure, 'code' | 'detail'>, Partial<Pick<Failure, 'issues'>> {
  description: string;
  headers?: Record<string, { description: string; schema: { type: 'string' | 'integer' } }>;
}

const RETRY_AFTER: ProblemExample['headers'] = {
  'Retry-After': { description: 'Seconds to wait before trying again.', schema: { type: 'integer' } },
};

/** One example of each failure that a call can be answered with. */
export const PROBLEM_EXAMPLES: Readonly<Record<ProblemStatus, ProblemExample>> = {
  400: {
    description: 'Malformed: the URL, a header, a parameter or the body.',
    code: 'MALFORMED_JSON',
    detail: 'The body is not valid JSON.',
  },
  401: {
    description: 'No token, or none that is good; at sign-in, any mismatch.',
    code: 'TOKEN_REQUIRED',
    detail: 'Send an access token as "Authorization: Bearer …".',
    headers: { 'WWW-Authenticate': { description: 'RFC 6750 challenge.', schema: { type: 'string' } } },
  },
  403: {
    description: 'The role does not allow this.',
    code: 'ROLE_NOT_ALLOWED',
    detail: 'Only a participant may do this.',
  },
  404: {
    description: "Nothing there, which includes another tenant's and another patient's data.",
    code: 'NO_SUCH_RESOURCE',
    detail: 'There is nothing with this id.',
  },
  408: {
    description: 'The request did not arrive in time.',
    code: 'REQUEST_TIMEOUT',
    detail: 'The request did not arrive in time. Send it again.',
  },
  409: {
    description: 'The first request with this Idempotency-Key is still running.',
    code: 'IDEMPOTENCY_KEY_IN_USE',
    detail: 'A submission with this Idempotency-Key is being stored. Try again in a moment.',
    headers: RETRY_AFTER,
  },
  413: {
    description: 'The body is over 256 KB.',
    code: 'BODY_TOO_LARGE',
    detail: 'The body is larger than 256 KB (262144 bytes).',
  },
  415: {
    description: 'The body is not JSON.',
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: 'Send the body as application/json or application/fhir+json, UTF-8, uncompressed.',
  },
  422: {
    description: 'The response does not fit its questionnaire, or the Idempotency-Key was used for another body.',
    code: 'SUBMISSION_REJECTED',
    detail: 'The response does not fit its questionnaire and was not stored. Correct what is listed and send it again.',
    issues: [
      {
        rule: 'EPRO-REQ-001',
        message: 'An answer is required.',
        expression: 'QuestionnaireResponse.item[0]',
        linkId: '/44250-9',
      },
    ],
  },
  429: {
    description: 'Too many requests.',
    code: 'TOO_MANY_ATTEMPTS',
    detail: 'Too many attempts. Try again later.',
    headers: RETRY_AFTER,
  },
  500: {
    description: 'A failure on our side.',
    code: 'INTERNAL_ERROR',
    detail: 'Something failed on our side. Quote the trace id when you report this.',
  },
  503: {
    description: 'A service that is needed is down or too slow.',
    code: 'SERVICE_UNAVAILABLE',
    detail: 'epro.storage.v1.StorageService is not reachable. Try again later.',
    headers: RETRY_AFTER,
  },
};
