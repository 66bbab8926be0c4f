import { describe, expect, it } from 'vitest';
import { standardPorts } from './ports.js';
import { SERVICES, type ServiceName } from './service-definition.js';
import { serviceEnvironment } from './service-environment.js';

const database = {
  auth: { url: 'auth-url', migrationUrl: 'auth-migration-url' },
  storage: { url: 'storage-url', migrationUrl: 'storage-migration-url' },
};

const environment = (name: ServiceName, inherited: NodeJS.ProcessEnv = {}, extra?: Record<string, string>) =>
  serviceEnvironment(
    SERVICES.find((definition) => definition.name === name)!,
    { ports: standardPorts(10), otlpUrl: 'http://otlp', database, extra },
    inherited,
  );

describe('serviceEnvironment', () => {
  it('names the service, the ports and where spans go', () => {
    expect(environment('gateway')).toMatchObject({
      OTEL_SERVICE_NAME: 'epro-gateway',
      OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=epro',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otlp',
      GATEWAY_PORT: '8090',
      STORAGE_ADDRESS: '127.0.0.1:50063',
      EPRO_DEMO: 'true',
    });
  });

  it('gives each service a port of its own for its metrics, whatever this process has', () => {
    const traced = SERVICES.filter((definition) => definition.traced);
    const ports = traced.map(
      ({ name }) => environment(name, { OTEL_EXPORTER_PROMETHEUS_PORT: '1' })['OTEL_EXPORTER_PROMETHEUS_PORT'],
    );
    expect(new Set(ports)).toEqual(new Set(['9474', '9475', '9476', '9477', '9478']));
  });

  it.each(SERVICES)('tells $name no database but its own', ({ name, schema }) => {
    const text = JSON.stringify(environment(name));
    for (const owner of ['auth', 'storage']) expect(text.includes(`${owner}-url`)).toBe(owner === schema);
  });

  it('hands on the settings of this process, and not what npm, Nx or a debugger said to it', () => {
    const inherited = {
      PATH: '/bin',
      TRACE_EDGE: 'restart',
      npm_config_x: '1',
      NX_TASK: '1',
      NODE_OPTIONS: '--inspect',
    };
    const given = environment('auth', { ...inherited, OTEL_RESOURCE_ATTRIBUTES: 'a=b' });
    expect(given).toMatchObject({ PATH: '/bin', TRACE_EDGE: 'restart' });
    expect(given['OTEL_RESOURCE_ATTRIBUTES']).toBe('a=b,service.namespace=epro');
    for (const name of ['npm_config_x', 'NX_TASK', 'NODE_OPTIONS']) expect(given).not.toHaveProperty(name);
  });

  it('lets a caller say otherwise', () => {
    expect(environment('auth', {}, { EPRO_DEMO: 'false' })['EPRO_DEMO']).toBe('false');
  });
});
