import { AnalysisServiceService, runGrpcService } from '@epro/contracts';
import { AppModule } from './app.module.js';
import { loadAnalysisConfig } from './config/analysis.config.js';

const { host, port } = loadAnalysisConfig();
await runGrpcService(AppModule, { definition: AnalysisServiceService, host, port });
