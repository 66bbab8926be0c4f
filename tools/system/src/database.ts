import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

/** Connection strings of one service: for its work, and for the migrations that it runs when it starts. */
export interface ServiceDatabase {
  readonly url: string;
  readonly migrationUrl: string;
}

export type PlatformDatabase = Readonly<Record<'auth' | 'storage', ServiceDatabase>>;

const DATABASE = 'epro';
const LOGINS = ['auth_owner', 'auth', 'storage_owner', 'storage'] as const;

/**
 * Makes the platform's database with its roles and schemas, by the script that production uses too. Passwords are new.
 *
 * @param superuserUrl of a server that does not have the database yet
 */
export async function createPlatformDatabase(superuserUrl: string, workspace: string): Promise<PlatformDatabase> {
  const url = new URL(superuserUrl);
  await withClient(url.href, (client) => client.query(`CREATE DATABASE ${DATABASE}`));
  url.pathname = `/${DATABASE}`;
  const passwords = new Map(LOGINS.map((login) => [login, randomBytes(18).toString('base64url')]));
  const bootstrap = await readFile(join(workspace, 'deploy/postgres/bootstrap.sql'), 'utf8');
  await withClient(url.href, async (client) => {
    for (const [login, password] of passwords) {
      await client.query('SELECT set_config($1, $2, false)', [`epro.${login}_password`, password]);
    }
    await client.query(bootstrap);
  });
  const as = (login: (typeof LOGINS)[number]) => {
    const own = new URL(url);
    own.username = `epro_${login}`;
    own.password = passwords.get(login)!;
    return own.href;
  };
  return {
    auth: { url: as('auth'), migrationUrl: as('auth_owner') },
    storage: { url: as('storage'), migrationUrl: as('storage_owner') },
  };
}

async function withClient(url: string, use: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
