import { runGrpcService, ValidationServiceService } from '@epro/contracts';
import { AppModule } from './app.module.js';
import { loadValidationConfig } from './config/validation.config.js';

const { host, port } = loadValidationConfig();
await runGrpcService(AppModule, { definition: ValidationServiceService, host, port });
