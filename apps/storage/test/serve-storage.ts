import { createGrpcClient, runGrpcService, StorageServiceService, type GrpcClient } from '@epro/contracts';
import { freePort } from '@epro/free-port';
import { migrate } from '@epro/database';
import type { TestDatabase } from '@epro/database/testing';
import { appModule } from '../src/app.module.js';
import { configSchema } from '../src/config/storage-config.js';
import { MIGRATIONS } from '../src/config/migrations.js';

export interface ServedStorage {
  client: GrpcClient<typeof StorageServiceService>;
  stop(): Promise<void>;
}

/** The service as it is started, in this process, on a database of its own; `url` is what it connects to. */
export async function serveStorage(database: TestDatabase, url = database.url('epro_storage')): Promise<ServedStorage> {
  const migrationUrl = database.url('epro_storage_owner');
  await migrate({ ...MIGRATIONS, url: migrationUrl });
  const [host, port] = ['127.0.0.1', await freePort()];
  const config = configSchema.parse({
    HOST: host,
    STORAGE_PORT: port,
    STORAGE_DATABASE_URL: url,
    STORAGE_MIGRATION_DATABASE_URL: migrationUrl,
  });
  const app = await runGrpcService(appModule(config), { definition: StorageServiceService, host, port });
  const client = createGrpcClient(StorageServiceService, { address: `${host}:${port}`, timeoutMs: 10_000 });
  return {
    client,
    stop: async () => {
      client.close();
      await app.close();
    },
  };
}
