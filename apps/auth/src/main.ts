import { loadConfig } from '@epro/config';
import { AuthServiceService, runGrpcService } from '@epro/contracts';
import { migrate } from '@epro/database';
import { appModule } from './app.module.js';
import { configSchema } from './config/auth-config.js';
import { MIGRATIONS } from './config/migrations.js';
import { seedDemo } from './demo/seed-demo.js';

const config = loadConfig(configSchema);
await migrate({ ...MIGRATIONS, url: config.AUTH_MIGRATION_DATABASE_URL });
if (config.EPRO_DEMO) await seedDemo(config.AUTH_MIGRATION_DATABASE_URL);
await runGrpcService(appModule(config), {
  definition: AuthServiceService,
  host: config.HOST,
  port: config.AUTH_PORT,
});
