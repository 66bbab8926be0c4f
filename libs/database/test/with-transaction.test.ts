import { DomainError } from '@epro/contracts';
import { startPostgres, type PostgresServer } from '@epro/embedded-postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPool, runStatement, withTenant, withTransaction } from '../src/index.js';
import { createTestDatabase, startDatabaseProxy, type DatabaseProxy, type TestDatabase } from '../src/testing/index.js';

let postgres: PostgresServer;
let database: TestDatabase;
let admin: pg.Client;
let proxy: DatabaseProxy;
let pool: pg.Pool;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await createTestDatabase(postgres.url);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query(`
    CREATE TABLE storage.note (id int PRIMARY KEY, tenant_id text NOT NULL);
    ALTER TABLE storage.note ENABLE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON storage.note USING (tenant_id = current_setting('app.tenant', true));
    GRANT SELECT, INSERT ON storage.note TO epro_storage`);
  proxy = await startDatabaseProxy(database.url('epro_storage'));
  pool = createPool(proxy.url, { applicationName: 'test', max: 2, connectTimeoutMs: 300, statementTimeoutMs: 300 });
});
afterEach(() => admin.query('TRUNCATE storage.note'));
afterAll(async () => {
  await pool?.end();
  await proxy?.close();
  await admin?.end();
  await postgres?.stop();
});

const insert = (client: pg.ClientBase, id: number, tenant = 'aurora') =>
  client.query('INSERT INTO storage.note VALUES ($1, $2)', [id, tenant]);
const ids = async () => {
  const { rows } = await admin.query<{ id: number }>('SELECT id FROM storage.note ORDER BY id');
  return rows.map(({ id }) => id);
};
const ofTenant = (tenant: string) => withTenant(pool, tenant, (client) => client.query('SELECT id FROM storage.note'));

describe('withTenant', () => {
  it('keeps what was done, gives back what the function returns, and frees the connection', async () => {
    for (let id = 1; id <= 5; id++) {
      expect(await withTenant(pool, 'aurora', (client) => insert(client, id).then(() => id))).toBe(id);
    }
    expect(await ids()).toEqual([1, 2, 3, 4, 5]);
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  it('sees one tenant and forgets it with the transaction', async () => {
    await withTenant(pool, 'aurora', (client) => insert(client, 1));
    await withTenant(pool, 'borealis', (client) => insert(client, 2, 'borealis'));
    expect((await ofTenant('borealis')).rows).toEqual([{ id: 2 }]);
    // Every connection has had a tenant by now, and none has one left.
    const left = await Promise.all([1, 2].map(() => runStatement(pool, { text: 'SELECT id FROM storage.note' })));
    expect(left).toEqual([[], []]);
  });

  it('refuses a row of another tenant and keeps nothing', async () => {
    const mixed = withTenant(pool, 'aurora', async (client) => {
      await insert(client, 1);
      await insert(client, 2, 'borealis');
    });
    await expect(mixed).rejects.toMatchObject({ code: '42501' });
    expect(await ids()).toEqual([]);
  });
});

describe('withTransaction', () => {
  const write = (id: number) => withTenant(pool, 'aurora', (client) => insert(client, id));

  it('rolls back what the function throws, and throws it on', async () => {
    const refused = new DomainError('ABORTED', 'IN_USE', 'In use.');
    const work = withTenant(pool, 'aurora', async (client) => {
      await insert(client, 1);
      throw refused;
    });
    await expect(work).rejects.toBe(refused);
    expect(await ids()).toEqual([]);
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  it('is no success where a failed statement was swallowed, which PostgreSQL answers with ROLLBACK', async () => {
    const work = withTenant(pool, 'aurora', async (client) => {
      await insert(client, 1);
      await client.query('SELECT 1/0').catch(() => {});
      return 'done';
    });
    await expect(work).rejects.toThrow(/rolled back/);
    expect(await ids()).toEqual([]);
  });

  it.each([
    ['before', []],
    ['after', [7]],
  ] as const)('says that the outcome is unknown when the connection ends %s the commit', async (cut, stored) => {
    proxy.cutAt('COMMIT', cut);
    await expect(write(7)).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'COMMIT_OUTCOME_UNKNOWN' });
    await expect.poll(ids).toEqual(stored);
    await write(8);
    expect(await ids()).toEqual([...stored, 8]);
  });

  it('is unavailable when the session is ended on the way, and goes on with a new one', async () => {
    const work = withTransaction(pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await admin.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      await client.query('SELECT 1');
    });
    await expect(work).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'DATABASE_UNAVAILABLE' });
    await write(1);
    expect(await ids()).toEqual([1]);
  });

  it('is unavailable when every connection is in use for too long', async () => {
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const holders = [1, 2].map(() => withTransaction(pool, () => held));
    await expect(write(1)).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'DATABASE_UNAVAILABLE' });
    letGo();
    await Promise.all(holders);
    await write(2);
    expect(await ids()).toEqual([2]);
  });

  it('ends a statement that runs too long', async () => {
    const work = withTransaction(pool, (client) => client.query('SELECT pg_sleep(10)'));
    await expect(work).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'DATABASE_BUSY' });
  });

  it('is unavailable without a server', async () => {
    const nowhere = createPool('postgres://a:b@127.0.0.1:1/c', { applicationName: 'test' });
    const expected = { code: 'UNAVAILABLE', reason: 'DATABASE_UNAVAILABLE' };
    await expect(withTransaction(nowhere, () => Promise.resolve())).rejects.toMatchObject(expected);
    await expect(runStatement(nowhere, { text: 'SELECT 1' })).rejects.toMatchObject(expected);
    await nowhere.end();
  });

  it('is unavailable when the connections break while they are idle, and then goes on', async () => {
    await write(1);
    proxy.breakAll();
    await expect
      .poll(() =>
        write(2)
          .then(() => true)
          .catch((error: DomainError) => error.code),
      )
      .toBe(true);
  });
});
