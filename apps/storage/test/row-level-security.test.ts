import { migrate } from '@epro/database';
import { createTestDatabase, type TestDatabase, type TestRole } from '@epro/database/testing';
import { startPostgres, type PostgresServer } from '@epro/embedded-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../src/config/migrations.js';

const DENIED = { code: '42501' };
const TABLES = ['submission', 'submission_version', 'score', 'alert', 'idempotency_record'] as const;

/** One row of each table, as a tenant would store it. */
const ROWS = `
  WITH s AS (
    INSERT INTO storage.submission (tenant_id, patient_id, study_id, site_id, questionnaire_id, questionnaire_url)
    VALUES ($1, 'P-1', 'S-1', 'T-1', 'phq-9', 'https://q') RETURNING tenant_id, submission_id
  ), v AS (
    INSERT INTO storage.submission_version
      (tenant_id, submission_id, version, questionnaire_version, response, response_sha256, submitted_by, trace_id)
    SELECT tenant_id, submission_id, 1, '1.0.0', '{}', decode(repeat('00', 32), 'hex'), 'u', '' FROM s
    RETURNING tenant_id, submission_id, version
  ), c AS (
    INSERT INTO storage.score
    SELECT tenant_id, submission_id, version, 'phq-9', 1, 'minimal', '', 'sum', '1' FROM v
  ), a AS (
    INSERT INTO storage.alert (tenant_id, submission_id, version, rule, level)
    SELECT tenant_id, submission_id, version, 'r', 'high' FROM v
  )
  INSERT INTO storage.idempotency_record (tenant_id, user_id, idempotency_key, request_hash, submission_id, version)
  SELECT tenant_id, 'u', gen_random_uuid()::text, decode(repeat('00', 32), 'hex'), submission_id, version FROM v`;

let postgres: PostgresServer;
let database: TestDatabase;
const clients = new Map<TestRole, pg.Client>();

beforeAll(async () => {
  postgres = await startPostgres();
  database = await createTestDatabase(postgres.url);
  await migrate({ ...MIGRATIONS, url: database.url('epro_storage_owner') });
  for (const role of ['epro_storage', 'epro_storage_owner', 'epro_auth', 'epro_auth_owner'] as const) {
    const client = new pg.Client({ connectionString: database.url(role) });
    await client.connect();
    clients.set(role, client);
  }
  for (const tenant of ['aurora', 'borealis']) await as(tenant, ROWS, [tenant]);
});
afterAll(async () => {
  for (const client of clients.values()) await client.end();
  await postgres?.stop();
});

function clientOf(role: TestRole): pg.Client {
  return clients.get(role) ?? expect.fail(role);
}

/** Runs one statement in a transaction of its own, with a tenant where one is given. */
async function as(
  tenant: string | undefined,
  text: string,
  values: unknown[] = [],
  role: TestRole = 'epro_storage',
): Promise<Record<string, unknown>[]> {
  const client = clientOf(role);
  await client.query('BEGIN');
  try {
    if (tenant !== undefined) await client.query("SELECT set_config('app.tenant', $1, true)", [tenant]);
    const { rows } = await client.query<Record<string, unknown>>(text, values);
    await client.query('COMMIT');
    return rows;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

describe('row-level security', () => {
  it('is enabled and forced on every table of the schema, with the tenant first in its key', async () => {
    const rows = await as(
      undefined,
      `SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
         (SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
          WHERE i.indrelid = c.oid AND i.indisprimary) AS key
       FROM pg_class c WHERE c.relnamespace = 'storage'::regnamespace AND c.relkind IN ('r', 'p')
         AND c.relname <> 'schema_migration' ORDER BY 1`,
    );
    expect(rows).toEqual([...TABLES].sort().map((name) => ({ name, enabled: true, forced: true, key: 'tenant_id' })));
  });

  describe.each([...TABLES, 'submission_record'])('%s', (table) => {
    const select = `SELECT DISTINCT tenant_id FROM storage.${table}`;

    it.each(['epro_storage', 'epro_storage_owner'] as const)('shows nothing without a tenant (%s)', async (role) => {
      for (const tenant of [undefined, '', '%', 'Aurora']) expect(await as(tenant, select, [], role)).toEqual([]);
    });

    it('shows a tenant its own rows alone', async () => {
      for (const tenant of ['aurora', 'borealis']) {
        expect(await as(tenant, select)).toEqual([{ tenant_id: tenant }]);
        expect(await as(tenant, `${select} WHERE tenant_id <> $1`, [tenant])).toEqual([]);
      }
    });
  });

  it('takes no row of another tenant, nor any without a tenant', async () => {
    await expect(as('aurora', ROWS, ['borealis'])).rejects.toMatchObject(DENIED);
    await expect(as(undefined, ROWS, ['aurora'])).rejects.toMatchObject(DENIED);
    await expect(as('', ROWS, [''])).rejects.toMatchObject({ code: /42501|23514/ });
  });

  it('takes no version, score or alert that belongs to another tenant’s submission', async () => {
    const [other] = await as('borealis', 'SELECT submission_id FROM storage.submission');
    const add = `INSERT INTO storage.alert (tenant_id, submission_id, version, rule, level) VALUES ('aurora', $1, 1, 'x', 'high')`;
    await expect(as('aurora', add, [other?.['submission_id']])).rejects.toMatchObject({ code: '23503' });
  });

  it('is not got round by the function or by a left-over setting', async () => {
    const client = clientOf('epro_storage');
    await client.query("SELECT * FROM storage.open_submission('aurora', 'u', 'k')");
    expect(await as(undefined, 'SELECT * FROM storage.submission')).toEqual([]);
    const { rows } = await client.query("SELECT state FROM storage.open_submission('borealis', 'u', 'k')");
    expect(rows).toEqual([{ state: 'new' }]);
  });
});

describe('the service’s role', () => {
  it.each(
    TABLES.flatMap((table) => [
      `UPDATE storage.${table} SET tenant_id = tenant_id`,
      `DELETE FROM storage.${table}`,
      `TRUNCATE storage.${table} CASCADE`,
      `DROP TABLE storage.${table}`,
      `ALTER TABLE storage.${table} DISABLE ROW LEVEL SECURITY`,
      `ALTER TABLE storage.${table} NO FORCE ROW LEVEL SECURITY`,
      `DROP POLICY tenant ON storage.${table}`,
      `GRANT ALL ON storage.${table} TO PUBLIC`,
    ]),
  )('may not: %s', async (text) => {
    // GRANT without the right to is a warning that grants nothing; everything else is refused.
    const attempt = as('aurora', text);
    if (text.startsWith('GRANT')) await attempt.catch(() => {});
    else await expect(attempt).rejects.toMatchObject(DENIED);
    const [privileges] = await as(
      undefined,
      `SELECT bool_or(has_table_privilege('epro_storage', c.oid, p)) AS any
       FROM pg_class c, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p
       WHERE c.relnamespace = 'storage'::regnamespace AND c.relkind IN ('r', 'v')`,
    );
    expect(privileges).toEqual({ any: false });
  });

  it.each([
    'SELECT * FROM storage.schema_migration',
    'CREATE TABLE storage.x (id int)',
    'SET ROLE epro_storage_owner',
    'SET session_replication_role = replica',
  ])('may not: %s', async (text) => {
    await expect(as('aurora', text)).rejects.toMatchObject(DENIED);
  });

  it('sees no row with row_security switched off: PostgreSQL refuses the query', async () => {
    const client = clientOf('epro_storage');
    await client.query('SET row_security = off');
    await expect(as('aurora', 'SELECT * FROM storage.submission')).rejects.toMatchObject(DENIED);
    await client.query('RESET row_security');
  });
});

describe('the roles of auth', () => {
  it.each(['epro_auth', 'epro_auth_owner'] as const)('%s may not read storage', async (role) => {
    for (const table of [...TABLES, 'submission_record']) {
      await expect(as('aurora', `SELECT * FROM storage.${table}`, [], role)).rejects.toMatchObject(DENIED);
    }
    const open = "SELECT * FROM storage.open_submission('aurora', 'u', 'k')";
    await expect(as(undefined, open, [], role)).rejects.toMatchObject(DENIED);
  });
});
