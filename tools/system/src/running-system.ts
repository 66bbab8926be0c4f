import type { PostgresServer } from '@epro/embedded-postgres';
import type { SystemPorts } from './ports.js';
import type { ServiceDefinition, ServiceName } from './service-definition.js';
import type { Service } from './service-process.js';

export type TraceBackend =
  | { readonly kind: 'trace-desk' }
  /** A Jaeger that runs already: its UI and query API, and where it takes OTLP over HTTP. */
  | { readonly kind: 'jaeger'; readonly url: string; readonly otlpUrl: string };

export interface Progress {
  /** What is started: `postgres` or the name of a service. */
  readonly step: 'postgres' | ServiceName;
  readonly state: 'started' | 'ready';
  /** How long it took. */
  readonly ms: number;
}

export interface SystemOptions {
  /** Added to every standard port. */
  offset?: number;
  /** Ports instead of the standard ones; `free` for any that are free. */
  ports?: 'free' | Partial<SystemPorts>;
  /** Port of PostgreSQL; a free one by default. */
  postgresPort?: number;
  traceBackend?: TraceBackend;
  /** Settings for every service, over those of this process. */
  env?: Readonly<Record<string, string>>;
  /** Settings for one service, over `env`. */
  serviceEnv?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
  /** Start these services only. */
  only?: readonly ServiceName[];
  onProgress?: (progress: Progress) => void;
  /** Every line that a service writes, raw. */
  onLog?: (service: ServiceName, line: string) => void;
  /** A service ended that nobody had asked to. The others go on. */
  onServiceLost?: (service: Service, how: string) => void;
  /** An existing folder for the logs, which then stay. */
  logDirectory?: string;
  /** Stops the start-up and everything that it had started. */
  signal?: AbortSignal;
  /** How long a service may take until it is ready; 60 s by default. */
  readyWithinMs?: number;
  /** How long a service may take to end before it is killed; 12 s by default, a little more than its own deadline. */
  stopWithinMs?: number;
  /** Module that traced services are preloaded with; `@epro/telemetry/register` by default. */
  preload?: string;
  /** Flags of Node for every service, for example to profile it. */
  nodeFlags?: readonly string[];
  /** How each service is run; what stands in for the real ones in tests. */
  definitions?: readonly ServiceDefinition[];
}

export interface RunningSystem {
  readonly urls: {
    /** Of the public API, without a path. */
    readonly gateway: string;
    /** Of the trace page or Jaeger, whose query API is below it. */
    readonly traces: string;
    readonly otlp: string;
  };
  readonly ports: SystemPorts;
  /** Those that were started. */
  readonly services: Readonly<Record<ServiceName, Service>>;
  /** Absent where no service that was started needs a database. */
  readonly postgres: PostgresServer | undefined;
  readonly logDirectory: string;
  /** Resident memory of this process and of everything it started, in bytes; undefined where the system does not say. */
  memory(): Promise<number | undefined>;
  /**
   * Ends everything, in the order that loses nothing: gateway, services, trace-desk, PostgreSQL. Safe to call again.
   *
   * @param how `now` to kill the services instead
   */
  stop(how?: 'now'): Promise<void>;
}
