import { hostname, tmpdir, userInfo } from 'node:os';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createResource } from './resource.js';
import { serviceVersion } from './service-version.js';
import { readTelemetryConfig } from './telemetry-config.js';

const resourceOf = async (env: Record<string, string>) =>
  (await createResource(readTelemetryConfig(env).resource)).attributes;

describe('createResource', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('says what the process is', async () => {
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    const attributes = await resourceOf({ OTEL_SERVICE_NAME: 'epro-x', EPRO_ENVIRONMENT: 'staging' });
    expect(attributes).toMatchObject({
      'service.name': 'epro-x',
      'service.namespace': 'epro',
      'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      'deployment.environment.name': 'staging',
      'host.name': hostname(),
      'host.arch': expect.any(String) as string,
      'os.type': expect.any(String) as string,
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
      'cloud.provider': 'aws',
      'cloud.region': 'eu-west-1',
      'telemetry.sdk.name': 'opentelemetry',
    });
  });

  it('tells each process apart', async () => {
    const [one, other] = [await resourceOf({}), await resourceOf({})];
    expect(one['service.instance.id']).not.toBe(other['service.instance.id']);
  });

  it('lets the operator say it otherwise', async () => {
    const attributes = await resourceOf({
      EPRO_ENVIRONMENT: 'staging',
      OTEL_RESOURCE_ATTRIBUTES:
        'service.namespace=other,deployment.environment.name=prod,host.name=h,service.name=x,service.version=9,team=a%3Db',
      OTEL_SERVICE_NAME: 'epro-x',
    });
    expect(attributes).toMatchObject({
      'service.namespace': 'other',
      'deployment.environment.name': 'prod',
      'host.name': 'h',
      'service.version': '9',
      team: 'a=b',
      'service.name': 'epro-x',
    });
  });

  it('says nothing of the command line, nor of who runs it', async () => {
    const attributes = await resourceOf({ OTEL_RESOURCE_ATTRIBUTES: 'process.command_line=x,process.owner=jane' });
    expect(Object.keys(attributes).filter((key) => /^process\.(?!pid|runtime)/.test(key))).toEqual([]);
    expect(Object.values(attributes)).not.toContain(userInfo().username);
    expect(JSON.stringify(attributes)).not.toContain(process.argv[1]);
  });
});

describe('serviceVersion', () => {
  const folder = mkdtempSync(join(tmpdir(), 'app-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is that of the package the program belongs to', () => {
    mkdirSync(join(folder, 'app/dist'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"version":"1.0.0"}');
    writeFileSync(join(folder, 'app/package.json'), '{"version":"2.3.4"}');
    expect(serviceVersion(join(folder, 'app/dist/main.js'))).toBe('2.3.4');
    expect(serviceVersion(join(folder, 'other/main.js'))).toBe('1.0.0');
  });

  it('is none where the package has none', () => {
    mkdirSync(join(folder, 'app'), { recursive: true });
    writeFileSync(join(folder, 'app/package.json'), '{"name":"app"}');
    expect(serviceVersion(join(folder, 'app/main.js'))).toBeUndefined();
    expect(serviceVersion('')).toBeUndefined();
  });
});
