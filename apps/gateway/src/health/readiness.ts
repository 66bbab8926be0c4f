import { Inject, Injectable } from '@nestjs/common';
import { HEALTH_PROBES, type HealthProbe } from './health-probe.js';

export type ServiceName = 'auth' | 'validation' | 'storage' | 'analysis';

export interface ServiceState {
  status: 'up' | 'down';
  /** Whether requests fail without it. */
  required: boolean;
}

export interface ReadinessReport {
  status: 'ready' | 'unready';
  services: Record<ServiceName, ServiceState>;
}

/** A submission is accepted with analysis down; without any of the others it is not. */
const REQUIRED: Readonly<Record<ServiceName, boolean>> = {
  auth: true,
  validation: true,
  storage: true,
  analysis: false,
};

/** Whether this process can serve: it is not on its way out, and the services it needs say that they serve. */
@Injectable()
export class Readiness {
  private open = true;

  constructor(@Inject(HEALTH_PROBES) private readonly probes: Record<ServiceName, HealthProbe>) {}

  /** From now on unready: it is not known yet whether this process works, or it is on its way out. */
  close(): void {
    this.open = false;
  }

  /** From now on as ready as what it needs. */
  reopen(): void {
    this.open = true;
  }

  async report(): Promise<ReadinessReport> {
    const [auth, validation, storage, analysis] = await Promise.all([
      this.stateOf('auth'),
      this.stateOf('validation'),
      this.stateOf('storage'),
      this.stateOf('analysis'),
    ]);
    const services = { auth, validation, storage, analysis };
    const complete = Object.values(services).every(({ status, required }) => status === 'up' || !required);
    return { status: complete && this.open ? 'ready' : 'unready', services };
  }

  private async stateOf(name: ServiceName): Promise<ServiceState> {
    return { status: (await this.probes[name].serves()) ? 'up' : 'down', required: REQUIRED[name] };
  }
}
