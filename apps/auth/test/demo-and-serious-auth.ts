import { createTestDatabase } from '@epro/database/testing';
import { startPostgres } from '@epro/embedded-postgres';
import pg from 'pg';
import { prepareAuth } from './prepare-auth.js';
import { serveAuth } from './serve-auth.js';

/** Two services on one database with the demo accounts: one that is a demo, and one that is none. */
export async function demoAndSeriousAuth(signingKey: string) {
  const postgres = await startPostgres();
  const database = await createTestDatabase(postgres.url);
  await prepareAuth(database);
  const demo = await serveAuth(database, { EPRO_DEMO: true, AUTH_SIGNING_KEY: signingKey });
  const serious = await serveAuth(database, { EPRO_DEMO: false, AUTH_SIGNING_KEY: signingKey });
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  return {
    demo: demo.client,
    serious: serious.client,
    admin,
    stop: async () => {
      await demo.stop();
      await serious.stop();
      await admin.end();
      await postgres.stop();
    },
  };
}
