import { loadConfig } from '@epro/config';
import { runGrpcService, StorageServiceService } from '@epro/contracts';
import { migrate } from '@epro/database';
import { appModule } from './app.module.js';
import { configSchema } from './config/storage-config.js';
import { MIGRATIONS } from './config/migrations.js';

const config = loadConfig(configSchema);
await migrate({ ...MIGRATIONS, url: config.STORAGE_MIGRATION_DATABASE_URL });
await runGrpcService(appModule(config), {
  definition: StorageServiceService,
  host: config.HOST,
  port: config.STORAGE_PORT,
});
