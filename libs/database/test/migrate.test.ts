import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type PostgresServer } from '@epro/embedded-postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.js';

let postgres: PostgresServer;
let database: TestDatabase;
let directory: string;

beforeAll(async () => {
  postgres = await startPostgres();
});
beforeEach(async () => {
  database = await createTestDatabase(postgres.url);
  directory = await mkdtemp(join(tmpdir(), 'epro-migrations-'));
});
afterEach(() => rm(directory, { recursive: true }));
afterAll(() => postgres?.stop());

const file = (name: string, sql: string) => writeFile(join(directory, name), sql);
const run = (options: { url?: string; waitMs?: number } = {}) =>
  migrate({ url: database.url('epro_storage_owner'), schema: 'storage', directory, waitMs: 2000, ...options });
const tables = async () => {
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'storage'::regnamespace AND relkind = 'r' ORDER BY 1",
  );
  await client.end();
  return rows.map(({ name }) => name);
};

describe('migrate', () => {
  it('runs each file once, in order', async () => {
    await file('0002_b.sql', 'ALTER TABLE storage.a ADD b int;');
    await file('0001_a.sql', 'CREATE TABLE storage.a (id int);');
    expect(await run()).toEqual(['0001_a', '0002_b']);
    expect(await run()).toEqual([]);
    await file('0003_c.sql', 'CREATE TABLE storage.c (id int);');
    expect(await run()).toEqual(['0003_c']);
    expect(await tables()).toEqual(['a', 'c', 'schema_migration']);
  });

  it('is done once by processes that start together', async () => {
    await file('0001_a.sql', 'SELECT pg_sleep(0.2); CREATE TABLE storage.a (id int);');
    const results = await Promise.all([1, 2, 3, 4].map(() => run()));
    expect(results.flat()).toEqual(['0001_a']);
  });

  it('keeps nothing of a run in which a file fails', async () => {
    await file('0001_a.sql', 'CREATE TABLE storage.a (id int);');
    await file('0002_b.sql', 'CREATE TABLE storage.b (id int); SELECT 1/0;');
    await expect(run()).rejects.toThrow(/division by zero/);
    expect(await tables()).not.toContain('a');
    await file('0002_b.sql', 'CREATE TABLE storage.b (id int);');
    expect(await run()).toEqual(['0001_a', '0002_b']);
  });

  it('refuses a file that was put before one that has run', async () => {
    await file('0002_b.sql', 'CREATE TABLE storage.b (id int);');
    await run();
    await file('0001_a.sql', 'CREATE TABLE storage.a (id int);');
    await expect(run()).rejects.toThrow(/0001_a is preceding already run migration 0002_b/);
    expect(await tables()).not.toContain('a');
  });

  it('waits for a database that is about to start', async () => {
    const target = new URL(database.url('epro_storage_owner'));
    const { port, hostname } = target;
    let attempts = 0;
    const starting = createServer((socket) => {
      if (++attempts <= 2) socket.destroy();
      else socket.pipe(connect(Number(port), hostname)).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(starting, 'listening');
    target.port = String((starting.address() as AddressInfo).port);
    await file('0001_a.sql', 'CREATE TABLE storage.a (id int);');
    expect(await run({ url: target.href, waitMs: 10_000 })).toEqual(['0001_a']);
    starting.close();
  });

  it('gives up in time, and at once where waiting does not help', async () => {
    await expect(run({ url: 'postgres://a:b@127.0.0.1:1/c', waitMs: 200 })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    const wrong = new URL(database.url('epro_storage_owner'));
    wrong.password = 'wrong';
    await expect(run({ url: wrong.href, waitMs: 60_000 })).rejects.toMatchObject({ code: '28P01' });
  });
});
