import { HttpException } from '@nestjs/common';
import { DomainError, type ErrorCode } from '@epro/contracts';
import { describe, expect, it } from 'vitest';
import { SubmissionRejectedError } from '../submissions/submission-rejected.error.js';
import { failureOf } from './failure-of.js';
import { RequestRefusedError } from './request-refused.error.js';

describe('failureOf', () => {
  it.each<[ErrorCode, number, Record<string, string>]>([
    ['INVALID_ARGUMENT', 400, {}],
    ['UNAUTHENTICATED', 401, { 'www-authenticate': 'Bearer realm="epro"' }],
    ['PERMISSION_DENIED', 403, {}],
    ['NOT_FOUND', 404, {}],
    ['ABORTED', 409, { 'retry-after': '1' }],
    ['ALREADY_EXISTS', 422, {}],
    ['FAILED_PRECONDITION', 422, {}],
    ['RESOURCE_EXHAUSTED', 429, { 'retry-after': '10' }],
    ['UNAVAILABLE', 503, { 'retry-after': '2' }],
    ['DEADLINE_EXCEEDED', 503, { 'retry-after': '2' }],
  ])('%s is %i', (code, status, headers) => {
    expect(failureOf(new DomainError(code, 'REASON', 'What to do.'))).toEqual({
      status,
      code: 'REASON',
      detail: 'What to do.',
      headers,
      issues: [],
    });
  });

  it.each([
    ['12', '12'],
    ['soon', '10'],
    ['-1', '10'],
    ['', '10'],
  ])('a service that says to retry after "%s" makes it %s', (retryAfterSeconds, expected) => {
    const error = new DomainError('RESOURCE_EXHAUSTED', 'R', 'm', { metadata: { retryAfterSeconds } });
    expect(failureOf(error).headers['retry-after']).toBe(expected);
  });

  it('keeps what the edge refuses, and the findings of validation', () => {
    const refused = new RequestRefusedError(405, 'METHOD_NOT_ALLOWED', 'Use GET.', { headers: { allow: 'GET' } });
    expect(failureOf(refused)).toBe(refused);
    const issues = [{ rule: 'EPRO-REQ-001', message: 'An answer is required.' }];
    expect(failureOf(new SubmissionRejectedError(issues))).toMatchObject({ status: 422, issues });
  });

  it.each([
    [new HttpException('echo', 404), 404, 'NO_SUCH_RESOURCE'],
    [new HttpException('echo', 400, { cause: { code: 'FST_ERR_CTP_INVALID_JSON_BODY' } }), 400, 'MALFORMED_JSON'],
    [Object.assign(new Error('echo'), { statusCode: 413 }), 413, 'BODY_TOO_LARGE'],
    [new HttpException('echo', 418), 418, 'REQUEST_REFUSED'],
  ])('gives %o a text of our own', (error, status, code) => {
    const failure = failureOf(error);
    expect(failure).toMatchObject({ status, code });
    expect(failure.detail).not.toContain('echo');
  });

  it.each([
    new Error('echo'),
    new DomainError('INTERNAL', 'echo', 'echo'),
    new HttpException('echo', 502),
    'echo',
    null,
    undefined,
  ])('says nothing of %o', (error) => {
    expect(failureOf(error)).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' });
    expect(JSON.stringify(failureOf(error))).not.toContain('echo');
  });
});
