import { migrate } from '@epro/database';
import type { TestDatabase } from '@epro/database/testing';
import { MIGRATIONS } from '../src/config/migrations.js';
import { seedDemo } from '../src/demo/seed-demo.js';

/** Migrates and creates the demo accounts, as a demo does when it starts. */
export async function prepareAuth(database: TestDatabase): Promise<void> {
  const url = database.url('epro_auth_owner');
  await migrate({ ...MIGRATIONS, url });
  await seedDemo(url);
}
