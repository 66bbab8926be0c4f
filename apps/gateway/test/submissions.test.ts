import { AlertLevel, DomainError, IssueSeverity, SaveSubmissionResponse, ValidationIssue } from '@epro/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptedSubmissionSchema, submissionSchema } from '../src/submissions/submission.schemas.js';
import {
  IDENTITIES,
  KEY,
  MARKER,
  QUESTIONNAIRE_REF,
  RESPONSE,
  SUBMISSION,
  SUBMISSION_ID,
  TRACE_ID,
} from './support/fixtures.js';
import { bearer, startTestGateway, submission, type RequestBody, type TestGateway } from './support/test-gateway.js';

const PATH = '/api/v1/submissions';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.services.reset());

const submit = (body: RequestBody = RESPONSE, headers: Record<string, string | undefined> = {}) =>
  gateway.call('POST', PATH, submission(body, { 'idempotency-key': KEY, ...headers }));

describe('an accepted submission', () => {
  it('answers 201 with what was stored', async () => {
    const { status, json, headers } = await submit();
    expect(status).toBe(201);
    expect(json).toEqual({
      submissionId: SUBMISSION_ID,
      version: 1,
      receivedAt: '2026-11-21T08:00:00.000Z',
      scores: [{ instrument: 'phq-9', score: 17, severity: 'moderately severe' }],
      alerts: [{ rule: 'phq9-item9', level: 'critical' }],
      analysis: { status: 'complete' },
      traceId: TRACE_ID,
    });
    acceptedSubmissionSchema.strict().parse(json);
    expect(headers.get('location')).toBe(`${PATH}/${SUBMISSION_ID}`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('idempotent-replayed')).toBeNull();
  });

  it('is stored for the person of the token, byte for byte as it was sent, under the trace that the caller is told', async () => {
    const body = `{ "resourceType": "QuestionnaireResponse", "item": [{ "answer": [{ "valueDecimal": 1.10 }] }] }`;
    const { headers } = await submit(body, {
      'content-type': 'application/fhir+json',
      'idempotency-key': `"${KEY.toUpperCase()}"`,
    });
    const { userId } = IDENTITIES.get('patient') ?? {};
    expect(gateway.services.saved).toEqual([
      {
        actor: { tenantId: 'aurora', userId },
        idempotencyKey: KEY,
        patientId: 'AUR-0001',
        studyId: 'AUR-STUDY-1',
        siteId: 'AUR-SITE-1',
        questionnaire: QUESTIONNAIRE_REF,
        questionnaireResponse: Buffer.from(body),
        traceId: headers.get('x-trace-id'),
      },
    ]);
  });

  it('gives a reason in place of a total that there is not', async () => {
    gateway.services.handlers.saveSubmission = () =>
      SaveSubmissionResponse.fromPartial({
        submission: {
          ...SUBMISSION,
          scores: [
            { instrument: 'phq-9', reason: 'Items are missing.' },
            { instrument: 'daily-symptom-diary', score: 0 },
          ],
          alerts: [{ rule: 'phq9-total', level: AlertLevel.ALERT_LEVEL_HIGH }],
        },
      });
    expect((await submit()).json).toMatchObject({
      scores: [
        { instrument: 'phq-9', reason: 'Items are missing.' },
        { instrument: 'daily-symptom-diary', score: 0 },
      ],
      alerts: [{ rule: 'phq9-total', level: 'high' }],
    });
  });

  it('is accepted with warnings', async () => {
    gateway.services.handlers.validateSubmission = () => ({
      questionnaire: QUESTIONNAIRE_REF,
      issues: [ValidationIssue.fromPartial({ severity: IssueSeverity.ISSUE_SEVERITY_WARNING, rule: 'EPRO-TXT-001' })],
    });
    expect((await submit()).status).toBe(201);
  });
});

describe('after it is stored', () => {
  it.each([
    [
      'fails',
      () => {
        throw new Error(MARKER);
      },
    ],
    [
      'refuses',
      () => {
        throw new DomainError('INVALID_ARGUMENT', 'X', MARKER);
      },
    ],
  ])('nothing turns it into an error: analysis %s', async (_case, analyzeSubmission) => {
    gateway.services.handlers.analyzeSubmission = analyzeSubmission;
    const { status, json } = await submit();
    expect(status).toBe(201);
    expect(json['analysis']).toEqual({ status: 'pending' });
  });
});

describe('sent again', () => {
  it('with the same key and body is answered as before and says so', async () => {
    const first = await submit();
    const second = await submit();
    expect(second.status).toBe(200);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.json).toEqual(first.json);
  });

  it('with the same key and another body is 422', async () => {
    await submit();
    const { status, json } = await submit(JSON.stringify({ resourceType: 'QuestionnaireResponse', text: MARKER }));
    expect(status).toBe(422);
    expect(json['code']).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('while the first is running is 409 with Retry-After', async () => {
    gateway.services.handlers.saveSubmission = () => {
      throw new DomainError('ABORTED', 'IDEMPOTENCY_KEY_IN_USE', 'It is being stored.');
    };
    const { status, headers } = await submit();
    expect(status).toBe(409);
    expect(headers.get('retry-after')).toBe('1');
  });
});

describe('a submission that is refused is never stored', () => {
  const stored = () => gateway.services.saved;

  it('422 with each finding where validation rejects it', async () => {
    gateway.services.handlers.validateSubmission = () => ({
      questionnaire: QUESTIONNAIRE_REF,
      issues: [
        ValidationIssue.fromPartial({
          severity: IssueSeverity.ISSUE_SEVERITY_ERROR,
          code: 'required',
          rule: 'EPRO-REQ-001',
          expression: 'QuestionnaireResponse.item[0]',
          linkId: '/44250-9',
          message: 'An answer is required.',
        }),
        ValidationIssue.fromPartial({ severity: IssueSeverity.ISSUE_SEVERITY_WARNING, rule: 'EPRO-TXT-001' }),
        // A severity that this version does not know is not waved through.
        ValidationIssue.fromPartial({ rule: 'EPRO-NEW-001', message: 'It does not fit.' }),
      ],
    });
    const { status, json } = await submit();
    expect(status).toBe(422);
    expect(json).toMatchObject({ code: 'SUBMISSION_REJECTED', title: 'Submission rejected' });
    expect(json['errors']).toEqual([
      {
        rule: 'EPRO-REQ-001',
        expression: 'QuestionnaireResponse.item[0]',
        linkId: '/44250-9',
        message: 'An answer is required.',
      },
      { rule: 'EPRO-NEW-001', message: 'It does not fit.' },
    ]);
    expect(stored()).toEqual([]);
  });

  it.each([
    ['missing', undefined, 'IDEMPOTENCY_KEY_REQUIRED'],
    ['empty', '', 'INVALID_IDEMPOTENCY_KEY'],
    ['not a UUID', MARKER, 'INVALID_IDEMPOTENCY_KEY'],
    ['two UUIDs', `${KEY}, ${KEY}`, 'INVALID_IDEMPOTENCY_KEY'],
  ])('400 where the Idempotency-Key is %s', async (_case, key, code) => {
    const { status, json } = await submit(RESPONSE, { 'idempotency-key': key });
    expect(status).toBe(400);
    expect(json).toMatchObject({ code, errors: [{ expression: 'Idempotency-Key' }] });
    expect(stored()).toEqual([]);
  });

  it.each([
    ['cut off', `{"resourceType":"${MARKER}`, 'MALFORMED_JSON'],
    ['empty', '', 'EMPTY_BODY'],
    ['with a key that changes prototypes', `{"__proto__":{"a":"${MARKER}"}}`, 'MALFORMED_JSON'],
    ['not UTF-8', Buffer.from('{"a":"\xff"}', 'latin1'), 'MALFORMED_JSON'],
    ['deeper than any stack', '['.repeat(130_000) + ']'.repeat(130_000), 'INVALID_BODY'],
    ['a list', `["${MARKER}"]`, 'INVALID_BODY'],
    ['null', 'null', 'INVALID_BODY'],
    ['another resource', `{"resourceType":"${MARKER}"}`, 'INVALID_BODY'],
  ])('400 where the body is %s', async (_case, body, code) => {
    const { status, json } = await submit(body);
    expect(status).toBe(400);
    expect(json['code']).toBe(code);
    expect(stored()).toEqual([]);
  });

  it('takes a byte order mark for what it is', async () => {
    expect((await submit(`\ufeff${RESPONSE}`)).status).toBe(201);
    expect(stored()[0]?.questionnaireResponse.toString()).toBe(RESPONSE);
  });

  it.each([
    ['no token', undefined, 'Bearer realm="epro"'],
    ['a token that auth refuses', `Bearer ${MARKER}`, 'Bearer realm="epro", error="invalid_token"'],
    ['another scheme', `Basic ${MARKER}`, 'Bearer realm="epro"'],
    ['no token after the scheme', 'Bearer ', 'Bearer realm="epro"'],
  ])('401 with a challenge for %s', async (_case, authorization, challenge) => {
    const { status, headers } = await submit(RESPONSE, { authorization });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe(challenge);
    expect(stored()).toEqual([]);
  });

  it.each([
    ['coordinator', 'ROLE_NOT_ALLOWED'],
    ['service', 'ROLE_NOT_ALLOWED'],
    ['patient-without-subject', 'NOT_A_SUBJECT'],
  ])('403 for the %s', async (token, code) => {
    const { status, json } = await submit(RESPONSE, bearer(token));
    expect(status).toBe(403);
    expect(json['code']).toBe(code);
    expect(stored()).toEqual([]);
  });

  it.each([
    ['the last byte that is taken', 262_144, 201],
    ['one byte more', 262_145, 413],
  ])('at %s (%i) it is %i', async (_case, bytes, expected) => {
    const start = '{"resourceType":"QuestionnaireResponse","text":"';
    const { status } = await submit(start + 'x'.repeat(bytes - start.length - 2) + '"}');
    expect(status).toBe(expected);
  });

  it('413 where a body that does not tell its length grows too large', async () => {
    const chunk = new TextEncoder().encode(MARKER.repeat(1000));
    let left = 40;
    const body = new ReadableStream({
      pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
    });
    const answer = await gateway
      .call('POST', PATH, { ...submission(body, { 'idempotency-key': KEY }), duplex: 'half' })
      // The connection is closed while the client still sends, which some clients see first.
      .catch((error: unknown) => error);
    expect(answer).toSatisfy((seen) => seen instanceof TypeError || (seen as { status: number }).status === 413);
    expect(stored()).toEqual([]);
  });

  it.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/xml', {}],
    [MARKER, {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ])('415 for %s %j', async (type, headers) => {
    expect((await submit(RESPONSE, { 'content-type': type, ...headers })).status).toBe(415);
    expect(stored()).toEqual([]);
  });
});

describe('reading a submission', () => {
  it.each(['patient', 'coordinator'])('the %s gets it with the response as it was stored', async (token) => {
    const { status, json, text } = await gateway.get(`${PATH}/${SUBMISSION_ID}`, token);
    expect(status).toBe(200);
    submissionSchema.strict().parse(json);
    expect(json).toMatchObject({
      submissionId: SUBMISSION_ID,
      patientId: 'AUR-0001',
      questionnaire: QUESTIONNAIRE_REF,
      questionnaireResponse: { resourceType: 'QuestionnaireResponse' },
    });
    expect(text).toContain('"valueDecimal":1.10');
  });

  it.each([
    ["another patient's", 'other-patient', SUBMISSION_ID],
    ["another tenant's", 'borealis-coordinator', SUBMISSION_ID],
    ['one that is not there', 'coordinator', '0198f0c4-0000-7000-8000-000000000000'],
    ['an id of no form', 'coordinator', MARKER],
    ['an id that is long', 'coordinator', MARKER.repeat(100)],
    ['an encoded id', 'coordinator', `${MARKER}%2F..`],
  ])('%s is not found', async (_case, token, id) => {
    expect((await gateway.get(`${PATH}/${id}`, token)).status).toBe(404);
  });

  it.each(['service', 'patient-without-subject'])('the %s may read none', async (token) => {
    expect((await gateway.get(`${PATH}/${SUBMISSION_ID}`, token)).status).toBe(403);
  });
});
