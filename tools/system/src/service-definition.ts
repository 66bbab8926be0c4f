import type { PortName } from './ports.js';

export const SERVICE_NAMES = ['trace-desk', 'auth', 'validation', 'storage', 'analysis', 'gateway'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** How one process of the platform is run. */
export interface ServiceDefinition {
  readonly name: ServiceName;
  /** Program, relative to the workspace. */
  readonly entry: string;
  /** Ports that it listens on; the first says whether it is ready. */
  readonly ports: readonly [PortName, ...PortName[]];
  /** Where it shows its metrics, if it is told to. */
  readonly metricsPort?: PortName;
  /** Ready when the standard gRPC health check says SERVING, or when this path answers 200. */
  readonly readiness: 'grpc' | `/${string}`;
  /** Whether it is preloaded with telemetry. */
  readonly traced: boolean;
  /** Schema of its own in the database. */
  readonly schema?: 'auth' | 'storage';
  /** Limits of V8's heap in MB: for what lives long, and for what dies young. Small ones keep the platform small. */
  readonly heap: { readonly old: number; readonly semiSpace: number };
}

const APP_HEAP = { old: 128, semiSpace: 4 };

export const SERVICES: readonly ServiceDefinition[] = [
  {
    name: 'trace-desk',
    entry: 'apps/trace-desk/dist/main.js',
    ports: ['traceDesk', 'otlp'],
    readiness: '/healthz',
    traced: false,
    heap: { old: 256, semiSpace: 4 },
  },
  {
    name: 'auth',
    entry: 'apps/auth/dist/main.js',
    ports: ['auth'],
    metricsPort: 'authMetrics',
    readiness: 'grpc',
    traced: true,
    schema: 'auth',
    heap: APP_HEAP,
  },
  {
    name: 'validation',
    entry: 'apps/validation/dist/main.js',
    ports: ['validation'],
    metricsPort: 'validationMetrics',
    readiness: 'grpc',
    traced: true,
    heap: APP_HEAP,
  },
  {
    name: 'storage',
    entry: 'apps/storage/dist/main.js',
    ports: ['storage'],
    metricsPort: 'storageMetrics',
    readiness: 'grpc',
    traced: true,
    schema: 'storage',
    heap: APP_HEAP,
  },
  {
    name: 'analysis',
    entry: 'apps/analysis/dist/main.js',
    ports: ['analysis'],
    metricsPort: 'analysisMetrics',
    readiness: 'grpc',
    traced: true,
    heap: APP_HEAP,
  },
  {
    name: 'gateway',
    entry: 'apps/gateway/dist/main.js',
    ports: ['gateway'],
    metricsPort: 'gatewayMetrics',
    readiness: '/readyz',
    traced: true,
    heap: APP_HEAP,
  },
];

/** What can start together; a stage starts when all before it are ready, and ends before them. */
export const STAGES: readonly (readonly ServiceName[])[] = [
  ['trace-desk'],
  ['auth', 'validation', 'storage', 'analysis'],
  ['gateway'],
];
