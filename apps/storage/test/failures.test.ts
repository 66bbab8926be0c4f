import './telemetry.js';
import type { DomainError } from '@epro/contracts';
import { createTestDatabase, startDatabaseProxy, type DatabaseProxy, type TestDatabase } from '@epro/database/testing';
import { startPostgres, type PostgresServer } from '@epro/embedded-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveRequest } from './save-request.js';
import { serveStorage, type ServedStorage } from './serve-storage.js';

let postgres: PostgresServer;
let database: TestDatabase;
let admin: pg.Client;
let proxy: DatabaseProxy;
let storage: ServedStorage;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await createTestDatabase(postgres.url);
  proxy = await startDatabaseProxy(database.url('epro_storage'));
  storage = await serveStorage(database, proxy.url);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await storage?.stop();
  await proxy?.close();
  await admin?.end();
  await postgres?.stop();
});

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('the call did not fail'),
    (error: unknown) => error as DomainError,
  );
/** How many submissions, and how many rows of any kind, there are. */
const stored = async () => {
  const { rows } = await admin.query<{ submissions: number; rows: number }>(`
    SELECT (SELECT count(*) FROM storage.submission)::int AS submissions,
      ((SELECT count(*) FROM storage.submission) + (SELECT count(*) FROM storage.submission_version)
        + (SELECT count(*) FROM storage.score) + (SELECT count(*) FROM storage.alert)
        + (SELECT count(*) FROM storage.idempotency_record))::int AS rows`);
  return rows[0] ?? expect.fail('no counts');
};

describe('a connection that is lost', () => {
  it.each([
    ['before the commit reaches the server', 'before', 0],
    ['before the commit is confirmed', 'after', 1],
  ] as const)('%s is no success, and the same request then tells', async (_when, cut, kept) => {
    const before = await stored();
    const request = saveRequest();
    proxy.cutAt('COMMIT', cut);
    expect(await failureOf(storage.client.saveSubmission(request))).toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'COMMIT_OUTCOME_UNKNOWN',
    });
    await expect.poll(async () => (await stored()).submissions).toBe(before.submissions + kept);
    const again = await storage.client.saveSubmission(request);
    expect(again.replayed).toBe(kept === 1);
    expect((await stored()).submissions).toBe(before.submissions + 1);
    expect((await storage.client.saveSubmission(request)).submission).toEqual(again.submission);
  });

  it('in the middle leaves nothing', async () => {
    const before = await stored();
    const request = saveRequest();
    proxy.cutAt('insert_submission', 'after');
    expect(await failureOf(storage.client.saveSubmission(request))).toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'DATABASE_UNAVAILABLE',
    });
    expect(await stored()).toEqual(before);
    await expect
      .poll(() => storage.client.saveSubmission(request).then(({ replayed }) => replayed, failureReason))
      .toBe(false);
  });

  it('while idle costs at most the requests that use it, and the service goes on', async () => {
    await storage.client.saveSubmission(saveRequest());
    proxy.breakAll();
    await expect
      .poll(() => storage.client.saveSubmission(saveRequest()).then(({ replayed }) => replayed, failureReason))
      .toBe(false);
  });
});

describe('a part that cannot be stored', () => {
  it.each(['submission_version', 'score', 'alert', 'idempotency_record'])('%s: nothing is', async (table) => {
    const before = await stored();
    const request = saveRequest();
    await admin.query(`REVOKE INSERT ON storage.${table} FROM epro_storage`);
    expect(await failureOf(storage.client.saveSubmission(request))).toMatchObject({ code: 'INTERNAL' });
    await admin.query(`GRANT INSERT ON storage.${table} TO epro_storage`);
    expect(await stored()).toEqual(before);
    expect((await storage.client.saveSubmission(request)).replayed).toBe(false);
  });
});

const failureReason = (error: DomainError) => error.reason;
