import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { AuthServiceService, createGrpcClient, type DomainError, type GrpcClient } from '@epro/contracts';
import { freePort } from '@epro/free-port';
import { createTestDatabase, type TestDatabase } from '@epro/database/testing';
import { startPostgres, type PostgresServer } from '@epro/embedded-postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const CREDENTIALS = { tenant: 'aurora', username: 'patient-1', password: 'demo-password' };

let postgres: PostgresServer;
let database: TestDatabase;
/** Takes whatever telemetry is sent: with nobody there, each end would wait for it. */
let collector: Server;
const started: ChildProcess[] = [];

beforeAll(async () => {
  collector = createServer((request, response) => request.resume().once('end', () => response.end())).listen(0);
  postgres = await startPostgres();
});
beforeEach(async () => {
  database = await createTestDatabase(postgres.url);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map(stop));
});
afterAll(async () => {
  collector.close();
  await postgres?.stop();
});

type AuthClient = GrpcClient<typeof AuthServiceService>;

function start(port: number, env: Record<string, string>): ChildProcess {
  const service = spawn(process.execPath, ['--import', '@epro/telemetry/register', MAIN], {
    env: {
      PATH: process.env['PATH'],
      AUTH_PORT: String(port),
      AUTH_DATABASE_URL: database.url('epro_auth'),
      AUTH_MIGRATION_DATABASE_URL: database.url('epro_auth_owner'),
      OTEL_SERVICE_NAME: 'epro-auth',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(service);
  return service;
}

async function stop(service: ChildProcess): Promise<number | null> {
  if (service.exitCode === null && service.signalCode === null) {
    service.kill('SIGTERM');
    await once(service, 'exit');
  }
  return service.exitCode;
}

async function serving(env: Record<string, string> = {}) {
  const port = await freePort();
  const service = start(port, env);
  const client = createGrpcClient(AuthServiceService, { address: `127.0.0.1:${port}`, timeoutMs: 10_000 });
  const answers = () =>
    client.verifyToken({ accessToken: '' }).catch(({ code }: DomainError) => {
      if (service.exitCode !== null) throw new Error(`It ended with ${service.exitCode}.`);
      return code;
    });
  await expect.poll(answers, { timeout: 15_000 }).toBe('UNAUTHENTICATED');
  return { service, client };
}

async function output(service: ChildProcess): Promise<string> {
  let text = '';
  for (const stream of [service.stdout, service.stderr])
    stream?.on('data', (data: Buffer) => (text += data.toString()));
  await once(service, 'close');
  return text;
}

const signIn = async (client: AuthClient) => {
  const { tokens } = await client.signIn(CREDENTIALS);
  return tokens?.accessToken ?? '';
};
const query = async (text: string) => {
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(text);
  await client.end();
  return rows;
};

describe('the process', () => {
  it('starts on an empty database, keeps its key and its users over a restart, and ends cleanly', async () => {
    const first = await serving({ EPRO_DEMO: 'true' });
    const accessToken = await signIn(first.client);
    const users = await query('SELECT tenant_id, username, password_hash FROM auth.app_user ORDER BY 1, 2');
    expect(users).toHaveLength(22);
    expect(new Set(users.map((user) => user['password_hash'])).size).toBe(1);
    expect(await query('SELECT tenant_id, tier FROM auth.tenant ORDER BY 1')).toEqual([
      { tenant_id: 'aurora', tier: 'gold' },
      { tenant_id: 'borealis', tier: 'standard' },
    ]);
    first.client.close();
    expect(await stop(first.service)).toBe(0);

    const second = await serving({ EPRO_DEMO: 'true' });
    expect((await second.client.verifyToken({ accessToken })).identity?.patientId).toBe('AUR-0001');
    expect(await query('SELECT tenant_id, username, password_hash FROM auth.app_user ORDER BY 1, 2')).toEqual(users);
    second.client.close();
  });

  it('shares one key among those that start together', async () => {
    const [one, other] = await Promise.all([serving({ EPRO_DEMO: 'true' }), serving({ EPRO_DEMO: 'true' })]);
    for (const [signer, verifier] of [
      [one, other],
      [other, one],
    ] as const) {
      await verifier.client.verifyToken({ accessToken: await signIn(signer.client) });
    }
    expect(await query('SELECT count(*)::int AS keys FROM auth.signing_key')).toEqual([{ keys: 1 }]);
    for (const { client } of [one, other]) client.close();
  });

  it('creates no account unless it is a demo, and refuses the password of those that a demo left', async () => {
    const serious = await serving();
    expect(await query('SELECT * FROM auth.app_user')).toEqual([]);
    const demo = await serving({ EPRO_DEMO: 'true' });
    await signIn(demo.client);
    await expect(signIn(serious.client)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    for (const { client } of [serious, demo]) client.close();
  });

  it('does not start without what it needs, and says what that is, and no secret', async () => {
    const unusable = start(await freePort(), { AUTH_DATABASE_URL: 'http://s3cret', EPRO_DEMO: 'yes' });
    const text = await output(unusable);
    expect(text).toMatch(/AUTH_DATABASE_URL: must be a postgres:\/\/ URL/);
    expect(text).toMatch(/EPRO_DEMO: must be true or false/);
    expect(text).not.toContain('s3cret');
    expect(unusable.exitCode).toBe(1);

    const noKey = start(await freePort(), { AUTH_SIGNING_KEY: 's3cret' });
    const said = await output(noKey);
    expect(said).toMatch(/AUTH_SIGNING_KEY is neither/);
    expect(said).not.toContain('s3cret');
    expect(noKey.exitCode).not.toBe(0);
  });

  it('is unavailable, not unauthenticated, while the database is away', async () => {
    const { client } = await serving({ EPRO_DEMO: 'true', DATABASE_CONNECT_TIMEOUT_MS: '300' });
    const accessToken = await signIn(client);
    const away = new pg.Client({ connectionString: postgres.url });
    await away.connect();
    await away.query('ALTER ROLE epro_auth CONNECTION LIMIT 0');
    await away.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'epro_auth'");
    const unavailable = { code: 'UNAVAILABLE', reason: 'DATABASE_UNAVAILABLE' };
    await expect(client.verifyToken({ accessToken })).rejects.toMatchObject(unavailable);
    await expect(client.signIn(CREDENTIALS)).rejects.toMatchObject(unavailable);
    await away.query('ALTER ROLE epro_auth CONNECTION LIMIT -1');
    await client.verifyToken({ accessToken });
    await away.end();
    client.close();
  });
});
