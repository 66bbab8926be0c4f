import { Module, type DynamicModule } from '@nestjs/common';
import { GATEWAY_CONFIG, type GatewayConfig } from './gateway.config.js';

@Module({})
export class ConfigModule {
  static with(config: GatewayConfig): DynamicModule {
    const provider = { provide: GATEWAY_CONFIG, useValue: config };
    return { module: ConfigModule, global: true, providers: [provider], exports: [provider] };
  }
}
