import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';

/** The roles of `deploy/postgres/bootstrap.sql`. */
export type TestRole = 'epro_auth' | 'epro_auth_owner' | 'epro_storage' | 'epro_storage_owner';

export interface TestDatabase {
  /** Connection string of a superuser. */
  readonly adminUrl: string;
  /** Connection string of one of the platform's roles. */
  url(role: TestRole): string;
}

const BOOTSTRAP = new URL('../../../../deploy/postgres/bootstrap.sql', import.meta.url);

/** Makes a database of its own in a running server, with the platform's roles and schemas as an installation has them. */
export async function createTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(serverUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  const adminUrl = withDatabase(serverUrl, name);
  const bootstrap = await readFile(BOOTSTRAP, 'utf8');
  await asAdmin(adminUrl, (client) => client.query(bootstrap));
  return {
    adminUrl,
    url: (role) => {
      const url = new URL(adminUrl);
      url.username = role;
      url.password = 'development-only';
      return url.href;
    },
  };
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function asAdmin(url: string, fn: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await fn(client);
  } finally {
    await client.end();
  }
}
