import { createTestDatabase, type TestDatabase } from '@epro/database/testing';
import { startPostgres, type PostgresServer } from '@epro/embedded-postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { prepareAuth } from './prepare-auth.js';

const TENANT_TABLES = ['tenant', 'app_user', 'refresh_token'] as const;
const DENIED = { code: '42501' };

let postgres: PostgresServer;
let database: TestDatabase;
let service: pg.Client;
let owner: pg.Client;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await createTestDatabase(postgres.url);
  await prepareAuth(database);
  service = new pg.Client({ connectionString: database.url('epro_auth') });
  owner = new pg.Client({ connectionString: database.url('epro_auth_owner') });
  await service.connect();
  await owner.connect();
  for (const tenant of ['aurora', 'borealis']) {
    await service.query("SELECT auth.issue_refresh_token($1, (auth.find_user($1, 'admin')).user_id, $2, 60)", [
      tenant,
      Buffer.alloc(32, tenant),
    ]);
  }
});
afterAll(async () => {
  await service?.end();
  await owner?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  await service.query('BEGIN');
  await owner.query('BEGIN');
});
afterEach(async () => {
  await service.query('ROLLBACK');
  await owner.query('ROLLBACK');
});

const asTenant = (client: pg.Client, tenant: string) =>
  client.query("SELECT set_config('app.tenant', $1, true)", [tenant]);
const tenants = async (client: pg.Client, table: string) => {
  const { rows } = await client.query<{ tenant_id: string }>(`SELECT DISTINCT tenant_id FROM auth.${table}`);
  return rows.map(({ tenant_id }) => tenant_id);
};

describe('every table of the schema', () => {
  it('has row-level security, enabled and forced', async () => {
    const { rows } = await owner.query(
      `SELECT relname FROM pg_class WHERE relnamespace = 'auth'::regnamespace AND relkind IN ('r', 'p')
         AND relname <> 'schema_migration' AND NOT (relrowsecurity AND relforcerowsecurity)`,
    );
    expect(rows).toEqual([]);
  });
});

describe('a tenant', () => {
  it.each(['app_user', 'refresh_token'])('sees its own rows of %s and no others', async (table) => {
    expect(await tenants(service, table)).toEqual([]);
    await asTenant(service, 'aurora');
    expect(await tenants(service, table)).toEqual(['aurora']);
    await asTenant(service, '');
    expect(await tenants(service, table)).toEqual([]);
  });

  it.each(TENANT_TABLES)('sees its own rows of %s and no others, for the owner too', async (table) => {
    expect(await tenants(owner, table)).toEqual([]);
    await asTenant(owner, 'borealis');
    expect(await tenants(owner, table)).toEqual(['borealis']);
  });

  it('cannot issue or end a token of another', async () => {
    const { rows } = await service.query<{ user_id: string }>(
      "SELECT user_id FROM auth.find_user('borealis', 'admin')",
    );
    await asTenant(service, 'aurora');
    const ended = await service.query("UPDATE auth.refresh_token SET ended_at = now() WHERE tenant_id = 'borealis'");
    expect(ended.rowCount).toBe(0);
    const insert = service.query(
      `INSERT INTO auth.refresh_token (tenant_id, user_id, family_id, token_hash, expires_at)
       VALUES ('borealis', $1, uuidv7(), $2, now())`,
      [rows[0]?.user_id, Buffer.alloc(32)],
    );
    await expect(insert).rejects.toMatchObject(DENIED);
  });

  it('of one call is gone with it', async () => {
    await service.query('COMMIT');
    await service.query("SELECT * FROM auth.find_user('aurora', 'admin')");
    expect(await tenants(service, 'app_user')).toEqual([]);
  });

  it("cannot be had with another tenant's user id", async () => {
    const { rows } = await service.query<{ user_id: string }>(
      "SELECT user_id FROM auth.find_user('borealis', 'admin')",
    );
    const found = await service.query('SELECT * FROM auth.active_user($1, $2)', ['aurora', rows[0]?.user_id]);
    expect(found.rows).toEqual([]);
  });
});

describe('the role of the service', () => {
  it.each([
    "INSERT INTO auth.tenant VALUES ('mine', 'gold')",
    'SELECT * FROM auth.tenant',
    "UPDATE auth.app_user SET roles = '{administrator}'",
    'UPDATE auth.app_user SET active = true',
    'DELETE FROM auth.app_user',
    "INSERT INTO auth.app_user (tenant_id, username, roles, password_hash) VALUES ('aurora', 'x', '{monitor}', '$argon2id$')",
    "UPDATE auth.refresh_token SET expires_at = 'infinity'",
    'UPDATE auth.signing_key SET retired_at = now()',
    'DELETE FROM auth.signing_key',
    ...['tenant', 'app_user', 'refresh_token', 'signing_key'].flatMap((table) => [
      `TRUNCATE auth.${table}`,
      `DROP TABLE auth.${table}`,
      `ALTER TABLE auth.${table} DISABLE ROW LEVEL SECURITY`,
      `ALTER TABLE auth.${table} NO FORCE ROW LEVEL SECURITY`,
      `DROP POLICY tenant ON auth.${table}`,
      `ALTER TABLE auth.${table} OWNER TO epro_auth`,
    ]),
    'SELECT * FROM auth.schema_migration',
    'CREATE TABLE auth.mine (id int)',
    'ALTER ROLE epro_auth BYPASSRLS',
    'SET ROLE epro_auth_owner',
    'CREATE TABLE storage.mine (id int)',
  ])('is refused: %s', async (text) => {
    await asTenant(service, 'aurora');
    await expect(service.query(text)).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|42704)$/) as string,
    });
  });

  it('is the only one that reads the signing key', async () => {
    await service.query("INSERT INTO auth.signing_key (key_id, private_jwk) VALUES ('k', '{}')");
    await service.query('COMMIT');
    expect((await service.query('SELECT key_id FROM auth.signing_key')).rows).toEqual([{ key_id: 'k' }]);
    expect((await owner.query('SELECT * FROM auth.signing_key')).rows).toEqual([]);
  });

  it('is refused the schema of another service, and another service this one', async () => {
    const storage = new pg.Client({ connectionString: database.url('epro_storage') });
    await storage.connect();
    for (const text of ['SELECT * FROM auth.app_user', 'SELECT * FROM auth.signing_key']) {
      await expect(storage.query(text)).rejects.toMatchObject(DENIED);
    }
    await expect(storage.query("SELECT * FROM auth.find_user('aurora', 'admin')")).rejects.toMatchObject(DENIED);
    await storage.end();
  });
});
