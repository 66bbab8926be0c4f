import { telemetry } from './telemetry.js';
import type { DomainError } from '@epro/contracts';
import { createTestDatabase, type TestDatabase } from '@epro/database/testing';
import { startPostgres, type PostgresServer } from '@epro/embedded-postgres';
import { expectTrace, span, type SpanExpectation, type SpanTree } from '@epro/telemetry/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { phq9Response, saveRequest } from './save-request.js';
import { serveStorage, type ServedStorage } from './serve-storage.js';

let postgres: PostgresServer;
let database: TestDatabase;
let admin: pg.Client;
let storage: ServedStorage;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await createTestDatabase(postgres.url);
  storage = await serveStorage(database);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await storage?.stop();
  await admin?.end();
  await postgres?.stop();
});
beforeEach(() => telemetry.reset());

const save = (changes?: Parameters<typeof saveRequest>[0]) => storage.client.saveSubmission(saveRequest(changes));
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('the call did not fail'),
    (error: unknown) => error as DomainError,
  );
/** Rows of each table. */
const counts = async () => {
  const { rows } = await admin.query<Record<string, number>>(`
    SELECT (SELECT count(*)::int FROM storage.submission) AS submission,
      (SELECT count(*)::int FROM storage.submission_version) AS version,
      (SELECT count(*)::int FROM storage.score) AS score,
      (SELECT count(*)::int FROM storage.alert) AS alert,
      (SELECT count(*)::int FROM storage.idempotency_record) AS key`);
  return rows[0] ?? expect.fail('no counts');
};
const oneMoreEach = (before: Record<string, number>) =>
  Object.fromEntries(Object.entries(before).map(([table, n]) => [table, n + 1]));
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

const phq9 = { id: 'phq-9', url: 'https://epro.example/fhir/Questionnaire/phq-9', version: '1.0.0' };
const gad7 = { id: 'gad-7', url: 'https://epro.example/fhir/Questionnaire/gad-7', version: '1.0.0' };

describe('SaveSubmission', () => {
  it('stores the response with its score and alerts, and says so', async () => {
    const before = await counts();
    const started = Date.now();
    const { submission, replayed } = await save();
    expect(replayed).toBe(false);
    expect(submission).toEqual({
      id: submission?.id,
      version: 1,
      patientId: 'AUR-0001',
      questionnaire: phq9,
      receivedAt: submission?.receivedAt,
      scores: [{ instrument: 'phq-9', score: 17, severity: 'moderately severe', reason: '' }],
      alerts: [{ rule: 'phq9-item9', level: 'ALERT_LEVEL_CRITICAL' }],
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
    expect(submission?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(Math.abs((submission?.receivedAt?.getTime() ?? 0) - started)).toBeLessThan(10_000);
    expect(await counts()).toEqual(oneMoreEach(before));
  });

  it('stores an incomplete form without a total, and still raises its alerts, most urgent first', async () => {
    const response = phq9Response([3, 3, 3, 3, 3, 3, 3, undefined, 2]);
    const { submission } = await save({ questionnaireResponse: bytes(response) });
    expect(submission?.scores).toMatchObject([{ score: undefined, severity: '', reason: /.+\/44253-3/ }]);
    expect(submission?.alerts.map(({ rule }) => rule)).toEqual(['phq9-item9', 'phq9-severe-total']);
    const actor = { tenantId: 'aurora', userId: 'a' };
    const found = await storage.client.getSubmission({ actor, submissionId: submission?.id ?? '', patientId: '' });
    expect(found.submission).toEqual(submission);
  });

  it('gives back what was stored when the same is sent again, however it is written', async () => {
    const request = saveRequest();
    const first = await storage.client.saveSubmission(request);
    const before = await counts();
    const body = JSON.parse(request.questionnaireResponse.toString()) as Record<string, unknown>;
    const reordered = bytes(JSON.stringify(Object.fromEntries(Object.entries(body).reverse()), null, 2));
    const again = await storage.client.saveSubmission({
      ...request,
      questionnaireResponse: reordered,
      traceId: '0'.repeat(31) + '1',
    });
    expect(again).toEqual({ submission: first.submission, replayed: true });
    expect(await counts()).toEqual(before);
  });

  it('refuses another body under a used key', async () => {
    const request = saveRequest();
    await storage.client.saveSubmission(request);
    const before = await counts();
    const other = { ...request, questionnaireResponse: bytes(phq9Response([0, 0, 0, 0, 0, 0, 0, 0, 0])) };
    expect(await failureOf(storage.client.saveSubmission(other))).toMatchObject({
      code: 'ALREADY_EXISTS',
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect(await counts()).toEqual(before);
  });

  it('keeps the keys of users and tenants apart', async () => {
    const idempotencyKey = 'one-key';
    const actors = [
      { tenantId: 'aurora', userId: 'a' },
      { tenantId: 'aurora', userId: 'b' },
      { tenantId: 'borealis', userId: 'a' },
    ];
    const ids = await Promise.all(
      actors.map(async (actor) => (await save({ actor, idempotencyKey })).submission?.id ?? ''),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it('stores once what is sent fifty times at once', async () => {
    const before = await counts();
    const request = saveRequest();
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => storage.client.saveSubmission(request)));
    const answered = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as DomainError] : []));
    expect(new Set(answered.map(({ submission }) => submission?.id)).size).toBe(1);
    expect(answered.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const error of refused) expect(error).toMatchObject({ code: 'ABORTED', reason: 'IDEMPOTENCY_KEY_IN_USE' });
    expect(await counts()).toEqual(oneMoreEach(before));
    expect((await storage.client.saveSubmission(request)).replayed).toBe(true);
  });

  it('answers ABORTED while the first use of the key is still running, and replays it once it is done', async () => {
    const request = saveRequest();
    const { tenantId, userId } = request.actor ?? expect.fail();
    const lock = `hashtextextended(jsonb_build_array($1::text, $2::text, $3::text)::text, 0)`;
    const values = [tenantId, userId, request.idempotencyKey];
    await admin.query(`SELECT pg_advisory_lock(${lock})`, values);
    expect(await failureOf(storage.client.saveSubmission(request))).toMatchObject({ code: 'ABORTED' });
    await admin.query(`SELECT pg_advisory_unlock(${lock})`, values);
    expect((await storage.client.saveSubmission(request)).replayed).toBe(false);
  });

  it.each([
    ['questionnaire_response', { questionnaireResponse: bytes('{"resourceType":"QuestionnaireResponse","x":"CANARY') }],
    ['questionnaire_response', { questionnaireResponse: bytes({ resourceType: 'Patient' }) }],
    ['questionnaire_response', { questionnaireResponse: bytes('null') }],
    ['questionnaire_response', { questionnaireResponse: bytes(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`) }],
    ['questionnaire_response', { questionnaireResponse: Buffer.from([0x22, 0xff, 0x22]) }],
    // What JSON allows and JSONB does not.
    ['questionnaire_response', { questionnaireResponse: bytes({ ...phq9Response([]), language: 'CANARY\0' }) }],
    ['questionnaire_response', { questionnaireResponse: bytes('{"resourceType":"QuestionnaireResponse","x":1e400}') }],
    ['questionnaire_response', { questionnaire: gad7 }],
    ['questionnaire', { questionnaire: { ...phq9, id: 'gad-7' } }],
    ['questionnaire,questionnaire_response', { questionnaire: { ...phq9, url: 'https://CANARY' } }],
    ['questionnaire,questionnaire_response', { questionnaire: undefined }],
    ['actor.tenant_id,actor.user_id', { actor: undefined }],
    ['actor.tenant_id', { actor: { tenantId: 'CANARY\0', userId: 'a' } }],
    ['idempotency_key', { idempotencyKey: '' }],
    ['idempotency_key', { idempotencyKey: 'CANARY'.repeat(100) }],
    ['patient_id', { patientId: "'; DROP TABLE storage.submission; --" }],
    ['trace_id', { traceId: 'CANARY' }],
  ])('refuses an unusable %s (%#), names it, repeats none of it and stores nothing', async (fields, changes) => {
    const before = await counts();
    const error = await failureOf(save(changes));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'REQUEST_UNUSABLE', metadata: { fields } });
    expect(JSON.stringify([error.message, error.metadata])).not.toContain('CANARY');
    expect(await counts()).toEqual(before);
    const traced = telemetry.spans().map(({ attributes, events, status }) => ({ attributes, events, status }));
    expect(JSON.stringify(traced)).not.toContain('CANARY');
  });
});

describe('GetSubmission', () => {
  const actor = { tenantId: 'aurora', userId: 'a' };
  const get = (submissionId: string, changes: { actor?: typeof actor; patientId?: string } = {}) =>
    storage.client.getSubmission({ actor, submissionId, patientId: '', ...changes });

  it('gives back what was saved, digits of decimals included', async () => {
    const text = JSON.stringify({ ...phq9Response([1, 1, 1, 1, 1, 1, 1, 1, 0]), extension: [{ valueDecimal: 0 }] });
    const json = text.replace('"valueDecimal":0', '"valueDecimal":1.50');
    const { submission } = await save({ questionnaireResponse: bytes(json) });
    const found = await get(submission?.id ?? '');
    expect(found.submission).toEqual(submission);
    expect(JSON.parse(found.questionnaireResponse.toString())).toEqual(JSON.parse(json));
    expect(found.questionnaireResponse.toString()).toContain('1.50');
  });

  it('finds it for its patient, and for nobody of another tenant or another patient', async () => {
    const id = (await save()).submission?.id ?? '';
    expect((await get(id, { patientId: 'AUR-0001' })).submission?.id).toBe(id);
    const refused = [
      get(id, { patientId: 'AUR-0002' }),
      get(id, { actor: { ...actor, tenantId: 'borealis' } }),
      get(id, { actor: { ...actor, tenantId: '' } }),
      get('0198c0de-0000-7000-8000-00000000ffff'),
      get("' OR true --"),
    ].map(failureOf);
    for (const error of await Promise.all(refused)) {
      expect(error).toMatchObject({ code: 'NOT_FOUND', reason: 'SUBMISSION_NOT_FOUND' });
    }
  });
});

describe('the trace', () => {
  const sql = (...names: string[]) => [span.internal('pg-pool.connect'), ...names.map((name) => span.client(name))];
  const call = (method: string, caller: SpanExpectation, ...below: SpanTree[]) => {
    const name = `epro.storage.v1.StorageService/${method}`;
    return span.client(name, caller, span.server(name, {}, ...below));
  };
  const saved = (caller: SpanExpectation, ...statements: string[]) =>
    call(
      'SaveSubmission',
      caller,
      span.internal(
        'saveToDatabase',
        { attributes: { 'patient.id': 'AUR-0001', 'data.length': { type: 'number' } } },
        ...sql('BEGIN', 'SELECT storage.open_submission', ...statements),
      ),
    );

  it('of a submission is four statements in one step', async () => {
    await save();
    await expectTrace(telemetry).toMatch(saved({}, 'INSERT storage.submission', 'COMMIT'));
    expect(telemetry.span('saveToDatabase').attributes['data.length']).toBe(saveRequest().questionnaireResponse.length);
  });

  it('of a replay is three', async () => {
    const request = saveRequest();
    await storage.client.saveSubmission(request);
    telemetry.reset();
    await storage.client.saveSubmission(request);
    await expectTrace(telemetry).toMatch(saved({}, 'COMMIT'));
  });

  it('of a refusal is rolled back, and no error but to the caller', async () => {
    const request = saveRequest();
    await storage.client.saveSubmission(request);
    telemetry.reset();
    const other = { ...request, questionnaireResponse: bytes(phq9Response([1])) };
    await failureOf(storage.client.saveSubmission(other));
    await expectTrace(telemetry).toMatch(saved({ status: 'ERROR' }, 'ROLLBACK'));
  });

  it('of a read has no step of its own', async () => {
    const id = (await save()).submission?.id ?? '';
    telemetry.reset();
    const actor = { tenantId: 'aurora', userId: 'a' };
    await storage.client.getSubmission({ actor, submissionId: id, patientId: '' });
    await expectTrace(telemetry).toMatch(
      call('GetSubmission', {}, ...sql('BEGIN', 'SELECT set_config', 'SELECT storage.submission_record', 'COMMIT')),
    );
  });
});
