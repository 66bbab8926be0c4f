import { AuthServiceService, createGrpcClient, runGrpcService, type GrpcClient } from '@epro/contracts';
import { freePort } from '@epro/free-port';
import type { TestDatabase } from '@epro/database/testing';
import { appModule } from '../src/app.module.js';
import { configSchema, type AuthConfig } from '../src/config/auth-config.js';

export interface ServedAuth {
  client: GrpcClient<typeof AuthServiceService>;
  stop(): Promise<void>;
}

/** The service as it is started, in this process, on a database that has been migrated. */
export async function serveAuth(database: TestDatabase, changes: Partial<AuthConfig> = {}): Promise<ServedAuth> {
  const [host, port] = ['127.0.0.1', await freePort()];
  const config = configSchema.parse({
    AUTH_DATABASE_URL: database.url('epro_auth'),
    AUTH_MIGRATION_DATABASE_URL: database.url('epro_auth_owner'),
  });
  const app = await runGrpcService(appModule({ ...config, ...changes }), {
    definition: AuthServiceService,
    host,
    port,
  });
  const client = createGrpcClient(AuthServiceService, { address: `${host}:${port}`, timeoutMs: 10_000 });
  return {
    client,
    stop: async () => {
      client.close();
      await app.close();
    },
  };
}
