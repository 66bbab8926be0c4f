import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { startPostgres } from '../src/index.js';
import { processesWith } from './left-behind.js';

const newFolder = () => mkdtempSync(join(tmpdir(), 'epro-postgres-test-'));

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ answer: unknown }>(`SELECT ${sql} AS answer`)).rows[0]!.answer;
  } finally {
    await client.end();
  }
}

function expectNothingLeft(folder: string): void {
  expect({ folder: existsSync(folder), processes: processesWith(folder) }).toEqual({ folder: false, processes: [] });
}

describe('startPostgres', () => {
  it('is PostgreSQL 18 in UTF-8 with the given settings, twice side by side, and leaves nothing', async () => {
    const folders = [newFolder(), newFolder()];
    const servers = await Promise.all(
      folders.map((directory) => startPostgres({ directory, settings: { max_connections: '17' } })),
    );
    for (const { url } of servers) {
      expect(await ask(url, "current_setting('server_version_num')")).toMatch(/^18/);
      expect(await ask(url, "current_setting('server_encoding') || current_setting('max_connections')")).toBe('UTF817');
    }
    await Promise.all(servers.map((server) => server.stop()));
    for (const folder of folders) expectNothingLeft(folder);
    await servers[0]!.stop();
  });

  it('stops also while clients are connected', async () => {
    const server = await startPostgres();
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => {});
    await client.connect();
    await server.stop();
    expect(await server.ended).toMatch(/shut down$/);
    expectNothingLeft(server.directory);
  });

  it('takes its password only, listens on loopback only, and shows its data to its own account only', async () => {
    const server = await startPostgres();
    await expect(ask(server.url.replace(/:[^:@]+@/, ':wrong@'), '1')).rejects.toThrow(/password authentication failed/);
    expect(await ask(server.url, "current_setting('listen_addresses')")).toBe('127.0.0.1');
    expect(await ask(server.url, "current_setting('unix_socket_directories')")).toBe('');
    expect(statSync(join(server.directory, 'data')).mode & 0o777).toBe(0o700);
    const password = new URL(server.url).password;
    expect(processesWith(password)).toEqual([]);
    await server.stop();
  });

  it('says that the port is taken and what to do, and leaves nothing', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const directory = newFolder();
    await expect(startPostgres({ port, directory })).rejects.toThrow(new RegExp(`port ${port} .*taken.*POSTGRES_PORT`));
    expectNothingLeft(directory);
    other.close();
  });

  it("gives PostgreSQL's own words when it does not start, and leaves nothing", async () => {
    const directory = newFolder();
    await expect(startPostgres({ directory, settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /invalid value for parameter "shared_buffers": "plenty"/,
    );
    expectNothingLeft(directory);
  });
});

describe('the guardian', () => {
  const startParent = async (folder: string, then = '') => {
    const fixture = fileURLToPath(new URL('parent.fixture.mjs', import.meta.url));
    const parent = spawn(process.execPath, [fixture, folder, then], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(createInterface({ input: parent.stdout }), 'line');
    return parent;
  };

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'leaves nothing of a parent that gets %s',
    async (signal) => {
      const folder = newFolder();
      const parent = await startParent(folder);
      expect(processesWith(folder)).not.toEqual([]);
      parent.kill(signal);
      await vi.waitFor(() => expectNothingLeft(folder), { timeout: 10_000 });
    },
  );

  it('leaves nothing of a parent that is killed while it starts', async () => {
    const folder = newFolder();
    const parent = await startParent(folder, 'early');
    await vi.waitFor(() => expect(processesWith(`initdb --pgdata=${folder}`)).toHaveLength(1), {
      timeout: 10_000,
      interval: 5,
    });
    parent.kill('SIGKILL');
    await vi.waitFor(() => expectNothingLeft(folder), { timeout: 10_000 });
  });

  it('leaves nothing of a parent that has nothing else to do, and does not hold it up', async () => {
    const folder = newFolder();
    const parent = await startParent(folder, 'end');
    if (parent.exitCode === null) await once(parent, 'exit');
    await vi.waitFor(() => expectNothingLeft(folder), { timeout: 10_000 });
  });

  it('is not needed for a clean stop: without it the next one does the work', async () => {
    const server = await startPostgres();
    const [guardian] = processesWith(`epro-guardian ${server.directory}`);
    process.kill(Number.parseInt(guardian!), 'SIGKILL');
    await server.stop();
    expectNothingLeft(server.directory);
  });
});
