import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AuthModule } from './auth/auth.module.js';
import { ConfigModule } from './config/config.module.js';
import type { GatewayConfig } from './config/gateway.config.js';
import { HealthModule } from './health/health.module.js';
import { RequestSchemaPipe } from './http/request-schema.pipe.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { QuestionnairesModule } from './questionnaires/questionnaires.module.js';
import { ServicesModule } from './services/services.module.js';
import { SubmissionsModule } from './submissions/submissions.module.js';

@Module({})
export class AppModule {
  static with(config: GatewayConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        ServicesModule,
        AuthModule,
        QuestionnairesModule,
        SubmissionsModule,
        HealthModule,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: RequestSchemaPipe },
      ],
    };
  }
}
