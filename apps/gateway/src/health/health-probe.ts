import type { MethodDefinition } from '@grpc/grpc-js';
import { createGrpcClient } from '@epro/contracts';
import { service } from 'grpc-health-check';

/** How long a service may take to say that it serves. */
const PROBE_TIMEOUT_MS = 1000;

interface HealthCheckRequest {
  service: string;
}

interface HealthCheckResponse {
  status: 'UNKNOWN' | 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';
}

// The package types its definition as any methods at all.
const HEALTH_SERVICE = service as unknown as { Check: MethodDefinition<HealthCheckRequest, HealthCheckResponse> };

/** Asks one service for its health by the standard gRPC health protocol. */
export interface HealthProbe {
  serves(): Promise<boolean>;
  close(): void;
}

export const HEALTH_PROBES = Symbol('HealthProbes');

export function createHealthProbe(address: string): HealthProbe {
  const client = createGrpcClient(HEALTH_SERVICE, { address, timeoutMs: PROBE_TIMEOUT_MS });
  return {
    serves: () =>
      client.Check({ service: '' }).then(
        ({ status }) => status === 'SERVING',
        () => false,
      ),
    close: () => client.close(),
  };
}
