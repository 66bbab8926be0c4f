import pg from 'pg';
import { hashPassword } from '../passwords/password-hasher.js';
import { DEMO_PASSWORD, DEMO_TENANTS, type DemoTenant } from './demo-accounts.js';

/**
 * Creates the demo tenants and users that are missing, and leaves those that exist as they are.
 *
 * @param url of the role that owns the schema: the running service may not create users
 */
export async function seedDemo(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'epro-auth-demo' });
  await client.connect();
  try {
    let passwordHash: string | undefined;
    for (const tenant of DEMO_TENANTS) {
      await client.query('BEGIN');
      await client.query("SELECT set_config('app.tenant', $1, true)", [tenant.tenantId]);
      if (await isIncomplete(client, tenant)) {
        // One hash for all of them: it is slow on purpose, and here there is no secret to protect.
        passwordHash ??= await hashPassword(DEMO_PASSWORD);
        await complete(client, tenant, passwordHash);
      }
      await client.query('COMMIT');
    }
  } finally {
    await client.end();
  }
}

async function isIncomplete(client: pg.Client, { users }: DemoTenant): Promise<boolean> {
  const { rows } = await client.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM auth.app_user WHERE username = ANY ($1)',
    [users.map(({ username }) => username)],
  );
  return rows[0]?.n !== users.length;
}

async function complete(client: pg.Client, { tenantId, tier, users }: DemoTenant, passwordHash: string) {
  await client.query('INSERT INTO auth.tenant (tenant_id, tier) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    tenantId,
    tier,
  ]);
  await client.query(
    `INSERT INTO auth.app_user (tenant_id, username, roles, patient_id, study_id, site_id, password_hash)
     SELECT $1, username, roles, patient_id, study_id, site_id, $2
     FROM jsonb_to_recordset($3::jsonb)
       AS u (username text, roles text[], patient_id text, study_id text, site_id text)
     ON CONFLICT DO NOTHING`,
    [tenantId, passwordHash, JSON.stringify(users)],
  );
}
