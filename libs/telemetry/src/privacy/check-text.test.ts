import { describe, expect, it } from 'vitest';
import { checkLogText, checkName } from './check-text.js';

describe('checkName', () => {
  it.each([
    'POST /api/v1/submissions',
    'GET /api/v1/submissions/:id',
    'epro.storage.v1.StorageService/SaveSubmission',
    'INSERT storage.submission',
    'process submission.received',
    'validatePatientData',
    'GET /*',
    'phq-9',
  ])('leaves a constant as it is: %s', (name) => {
    expect(checkName(name)).toBe(name);
  });

  it.each([
    ['load AUR-0001', 'load *'],
    ['GET /users/12345/photo', 'GET /users/*/photo'],
    ['mail jane@example.org', 'mail *'],
    ['job 0198f6f0-7c1e-7000-8000-5b1c2d3e4f5a', 'job *'],
    ['trace 4bf92f3577b34da6', 'trace *'],
    ['score "sad"', 'score *'],
    ['score Zoë', 'score *'],
    ['a\nb', '*'],
    ['x'.repeat(500), 'x'.repeat(128)],
  ])('masks words that may hold an id or a value: %s', (name, checked) => {
    expect(checkName(name)).toBe(checked);
    expect(checkName(name)).toBe(checked);
  });

  it('knows a limit to the number of names', () => {
    for (let i = 0; i < 1200; i++) checkName(`word${letters(i)}`);
    expect(checkName('validatePatientData')).toBe('validatePatientData');
    expect(checkName('one more')).toBe('*');
  });
});

describe('checkLogText', () => {
  it.each([
    'The submission is accepted; its analysis is pending: INTERNAL',
    'Mapped {/api/v1/submissions/:id, GET} route',
    "It couldn't be sent: connect ECONNREFUSED 127.0.0.1:5432",
    'epro.auth.v1.AuthService is not reachable. Try again later.',
    'HealthController {/}:',
    'Telemetry self-check of epro-storage failed:\n  http: requests are not traced. Call registerHttpTelemetry(fastify) first.',
  ])("leaves the program's own words as they are: %s", (text) => {
    expect(checkLogText(text)).toBe(text);
  });

  it.each([
    [`Unexpected token 'J', "Jane Doe" is not valid JSON`, 'Unexpected token *, * is not valid JSON'],
    ['Cannot read `Jane`', 'Cannot read *'],
    ['sent to jane@example.org.', 'sent to *'],
    ['Authorization: Bearer abc.def', 'Authorization: *'],
    ['token eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln', 'token *'],
    ['body {"note":"sad","score":3}', 'body *'],
    ['answers [["sad"]]', 'answers *'],
    ['call +49 30 1234567 or 1980-01-31', 'call * or *'],
    ['key 4bf92f3577b34da6a3ce929d0e0e4736', 'key *'],
    ['unterminated "Jane Doe', 'unterminated *'],
    ['got "Jane\nDoe"\nthen {"a":\n1}', 'got *\nthen *'],
    ['x'.repeat(5000), 'x'.repeat(2000)],
  ])('masks what is data: %s', (text, checked) => {
    expect(checkLogText(text)).toBe(checked);
  });
});

/** 26 names a letter. */
function letters(n: number): string {
  return [...n.toString(26)].map((digit) => String.fromCharCode(97 + parseInt(digit, 26))).join('');
}
