import type { PlatformDatabase } from './database.js';
import { PORTS, PORT_NAMES, type SystemPorts } from './ports.js';
import type { ServiceDefinition } from './service-definition.js';

export interface EnvironmentInputs {
  readonly ports: SystemPorts;
  /** Where spans are sent, without `/v1/traces`. */
  readonly otlpUrl: string;
  readonly database?: PlatformDatabase;
  /** Over everything else. */
  readonly extra?: Readonly<Record<string, string>>;
}

const HOST = '127.0.0.1';
/** Each connection is a process of PostgreSQL of 20 MB; one machine needs few of them. */
const POOL_SIZE = '4';
/** What npm, Nx, test runners and debuggers say to their own children. */
const NOT_INHERITED = /^(npm_|NX_|VITEST|NODE_OPTIONS$|NODE_ENV$|NODE_V8_COVERAGE$|INIT_CWD$|OTEL_SERVICE_NAME$)/;

/** The environment of one service: that of this process, the platform's settings, and what only this service may know. */
export function serviceEnvironment(
  definition: ServiceDefinition,
  { ports, otlpUrl, database, extra }: EnvironmentInputs,
  inherited: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(([name]) => !NOT_INHERITED.test(name));
  const own = definition.schema && database?.[definition.schema];
  const prefix = definition.schema?.toUpperCase();
  return {
    DATABASE_POOL_SIZE: POOL_SIZE,
    ...Object.fromEntries(kept),
    NODE_ENV: 'production',
    HOST,
    ...Object.fromEntries(PORT_NAMES.map((name) => [PORTS[name].setting, String(ports[name])])),
    AUTH_ADDRESS: `${HOST}:${ports.auth}`,
    VALIDATION_ADDRESS: `${HOST}:${ports.validation}`,
    STORAGE_ADDRESS: `${HOST}:${ports.storage}`,
    ANALYSIS_ADDRESS: `${HOST}:${ports.analysis}`,
    ...(own && { [`${prefix}_DATABASE_URL`]: own.url, [`${prefix}_MIGRATION_DATABASE_URL`]: own.migrationUrl }),
    EPRO_DEMO: 'true',
    ...(definition.traced && {
      OTEL_SERVICE_NAME: `epro-${definition.name}`,
      OTEL_RESOURCE_ATTRIBUTES: resourceAttributes(inherited['OTEL_RESOURCE_ATTRIBUTES']),
      OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
    }),
    ...(definition.metricsPort && {
      OTEL_EXPORTER_PROMETHEUS_HOST: HOST,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(ports[definition.metricsPort]),
    }),
    ...extra,
  };
}

function resourceAttributes(given: string | undefined): string {
  return [given, 'service.namespace=epro'].filter(Boolean).join(',');
}
