import { Inject, Module, type FactoryProvider, type OnApplicationShutdown } from '@nestjs/common';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway.config.js';
import { createHealthProbe, HEALTH_PROBES, type HealthProbe } from './health-probe.js';
import { HealthController } from './health.controller.js';
import { Readiness, type ServiceName } from './readiness.js';

type HealthProbes = Record<ServiceName, HealthProbe>;

const healthProbes: FactoryProvider<HealthProbes> = {
  provide: HEALTH_PROBES,
  inject: [GATEWAY_CONFIG],
  useFactory: ({ addresses }: GatewayConfig) => ({
    auth: createHealthProbe(addresses.auth),
    validation: createHealthProbe(addresses.validation),
    storage: createHealthProbe(addresses.storage),
    analysis: createHealthProbe(addresses.analysis),
  }),
};

@Module({ controllers: [HealthController], providers: [healthProbes, Readiness] })
export class HealthModule implements OnApplicationShutdown {
  constructor(@Inject(HEALTH_PROBES) private readonly probes: HealthProbes) {}

  onApplicationShutdown(): void {
    for (const probe of Object.values(this.probes)) probe.close();
  }
}
