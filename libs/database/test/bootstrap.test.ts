import { readFile } from 'node:fs/promises';
import { startPostgres, type PostgresServer } from '@epro/embedded-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase, type TestRole } from '../src/testing/index.js';

const bootstrap = await readFile(new URL('../../../deploy/postgres/bootstrap.sql', import.meta.url), 'utf8');
const ROLES = ['epro_auth', 'epro_auth_owner', 'epro_storage', 'epro_storage_owner'] as const;
const SERVICES = [
  { service: 'auth', other: 'storage' },
  { service: 'storage', other: 'auth' },
] as const;
const DENIED = { code: '42501' };

let postgres: PostgresServer;
let database: TestDatabase;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await createTestDatabase(postgres.url);
});
afterAll(() => postgres?.stop());

async function query(url: string, ...texts: string[]): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const text of texts) ({ rows } = await client.query(text));
    return rows;
  } finally {
    await client.end();
  }
}
const as = (role: TestRole, ...texts: string[]) => query(database.url(role), ...texts);

describe('deploy/postgres/bootstrap.sql', () => {
  it('makes login roles without any power over the server', async () => {
    const rows = await query(
      database.adminUrl,
      `SELECT rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,
         (SELECT count(*)::int FROM pg_auth_members m WHERE m.member = r.oid) AS memberships
       FROM pg_roles r WHERE rolname LIKE 'epro%' ORDER BY 1`,
    );
    const powerless = {
      rolcanlogin: true,
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      rolbypassrls: false,
      memberships: 0,
    };
    expect(rows).toEqual(ROLES.map((rolname) => ({ rolname, ...powerless })));
  });

  describe.each(SERVICES)('$service', ({ service, other }) => {
    it('has a schema that its owner fills and its service can use no further than granted', async () => {
      await as(`epro_${service}_owner`, `CREATE TABLE ${service}.t (id int)`);
      await expect(as(`epro_${service}`, `SELECT * FROM ${service}.t`)).rejects.toMatchObject(DENIED);
      await expect(as(`epro_${service}`, `CREATE TABLE ${service}.u (id int)`)).rejects.toMatchObject(DENIED);
      await as(`epro_${service}_owner`, `GRANT SELECT ON ${service}.t TO epro_${service}`);
      expect(await as(`epro_${service}`, `SELECT * FROM ${service}.t`)).toEqual([]);
    });

    it('lets nobody call a function who was not told so', async () => {
      await as(`epro_${service}_owner`, `CREATE FUNCTION ${service}.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
      await expect(as(`epro_${service}`, `SELECT ${service}.f()`)).rejects.toMatchObject(DENIED);
    });

    it.each([`epro_${service}`, `epro_${service}_owner`] as const)(
      'keeps %s out of what is not its own',
      async (role) => {
        await as(`epro_${other}_owner`, `CREATE TABLE IF NOT EXISTS ${other}.secret (id int)`);
        for (const text of [
          `SELECT * FROM ${other}.secret`,
          `CREATE TABLE ${other}.x (id int)`,
          'CREATE TABLE public.x (id int)',
          'CREATE TEMPORARY TABLE x (id int)',
          'CREATE SCHEMA x',
          `SET ROLE epro_${other}`,
        ]) {
          await expect(as(role, text), text).rejects.toMatchObject(DENIED);
        }
      },
    );
  });

  it('may run again, and then changes no password unless it is given one', async () => {
    const login = (password: string) => {
      const url = new URL(database.url('epro_auth'));
      url.password = password;
      return query(url.href, 'SELECT 1');
    };
    const given = "it's \\ a $1 'secret'";
    await query(database.adminUrl, `SET epro.auth_password = ${pg.escapeLiteral(given)}`, bootstrap);
    await expect(login('development-only')).rejects.toMatchObject({ code: '28P01' });
    await login(given);
    await query(database.adminUrl, bootstrap);
    await login(given);
    await as('epro_storage', 'SELECT 1');
  });
});
