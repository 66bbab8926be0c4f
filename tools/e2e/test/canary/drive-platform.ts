import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '@epro/system';
import { phq9 } from '../support/api.js';
import { startPlatform, type Platform } from '../support/platform.js';
import { canaries, unreadable, type Canary, type World } from './canaries.js';
import { FailingDatabase } from './failing-database.js';
import { forgedTokens, generateTestKey } from './forged-tokens.js';
import { send, sendBytes, type HostileRequest } from './hostile-request.js';
import { marker, plant } from './markers.js';
import { startTelemetrySink } from './telemetry-sink.js';

/** What came of one request. */
interface Outcome {
  readonly request: string;
  readonly expected: number | undefined;
  readonly status: number | undefined;
  readonly bytes: Buffer;
}

/** All that a run left behind. */
export interface Drive {
  /** As the gateway's OpenAPI document has them: `GET /api/v1/me`. */
  readonly routes: readonly string[];
  readonly canaries: Readonly<Record<string, Canary>>;
  readonly outcomes: readonly Outcome[];
  /** By where it went: `/v1/traces`, the log of a service, that of PostgreSQL. */
  readonly telemetry: ReadonlyMap<string, Buffer>;
}

/** An id that a caller chose for its request: the one thing planted that is to be found. */
export const KEPT_ID = marker('KeptId');

/** Runs the platform, sends everything hostile to every route while it works and while parts of it fail, and stops it. */
export async function drivePlatform(env: Readonly<Record<string, string>>): Promise<Drive> {
  const sink = await startTelemetrySink();
  const logDirectory = await mkdtemp(join(tmpdir(), 'epro-canary-'));
  const key = generateTestKey();
  const traceBackend = { kind: 'jaeger', url: 'http://127.0.0.1:1', otlpUrl: sink.url } as const;
  const backend = {
    name: 'a sink',
    available: true,
    start: () => Promise.resolve({ traceBackend, stop: () => sink.stop() }),
  };
  try {
    const platform = await startPlatform(backend, {
      env: { ...EVERYTHING, ...env },
      serviceEnv: { auth: { AUTH_SIGNING_KEY: key.jwk } },
      logDirectory,
    });
    const driver = new Driver(platform, canaries(forgedTokens(key)));
    try {
      await driver.drive();
      // Before its folder goes.
      driver.telemetry.set(
        'log of postgres',
        await readFile(join(platform.system.postgres!.directory, 'postgres.log')),
      );
    } finally {
      await platform.stop();
    }
    for (const path of sink.paths) driver.telemetry.set(path, sink.received(path));
    for (const file of await readdir(logDirectory)) {
      driver.telemetry.set(`log of ${file.replace('.log', '')}`, await readFile(join(logDirectory, file)));
    }
    return driver;
  } finally {
    await rm(logDirectory, { recursive: true });
  }
}

/** Whatever can be told is told, and soon. */
const EVERYTHING = {
  LOG_LEVEL: 'trace',
  OTEL_LOGS_EXPORTER: 'otlp',
  OTEL_METRICS_EXPORTER: 'otlp',
  OTEL_METRIC_EXPORT_INTERVAL: '1000',
  OTEL_METRIC_EXPORT_TIMEOUT: '1000',
  OTEL_BSP_SCHEDULE_DELAY: '200',
};

class Driver implements Drive {
  routes: string[] = [];
  readonly outcomes: Outcome[] = [];
  readonly telemetry = new Map<string, Buffer>();
  private readonly url: string;

  constructor(
    private readonly platform: Platform,
    readonly canaries: Readonly<Record<string, Canary>>,
  ) {
    this.url = platform.system.urls.gateway;
  }

  async drive(): Promise<void> {
    this.routes = await this.documentedRoutes();
    const world = await this.createWorld();
    await this.whileAllWorks(world);
    await this.whileTheDatabaseFails(world);
    await this.whileServicesAreGone(world);
  }

  private async documentedRoutes(): Promise<string[]> {
    const { json } = await send(this.url, { method: 'GET', path: '/docs-json' });
    return Object.entries(json['paths'] as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  private async createWorld(): Promise<World> {
    const { api, system } = this.platform;
    plant(new URL(system.postgres!.url).password);
    plant('demo-password');
    const signIn = async (username: string) => {
      const body = { tenant: 'aurora', username, password: 'demo-password' };
      const { json } = await send(this.url, { method: 'POST', path: '/api/v1/auth/token', body });
      for (const name of ['access_token', 'refresh_token']) plant(json[name] as string);
      return json as Record<'access_token' | 'refresh_token', string>;
    };
    const { access_token: patient } = await signIn('patient-1');
    const { access_token: staff } = await signIn('coordinator');
    const { refresh_token: refreshToken } = await signIn('patient-3');
    const { body } = await api.submit(patient, phq9());
    return { patient, staff, refreshToken, submissionId: body['submissionId'] as string };
  }

  private async whileAllWorks(world: World): Promise<void> {
    for (const [route, canary] of this.known()) {
      const [method = '', path = ''] = route.split(' ');
      for (const sent of canary.accepted(world)) await this.send({ method, path, ...sent }, sent.status);
      for (const sent of canary.refused(world)) await this.send({ method, path, ...sent }, sent.status);
      const wrong = {
        path: canary.accepted(world)[0]?.path ?? path,
        token: world.patient,
        body: marker('InWrongMethod'),
      };
      const isFree = !this.routes.includes(`PATCH ${path}`);
      if (isFree) await this.send({ method: 'PATCH', ...wrong }, 405);
      await this.send({ method: 'PROPFIND', ...wrong }, undefined);
    }
    for (const path of NOWHERE()) await this.send({ method: 'GET', path, token: world.patient }, undefined);
    for (const { status: _status, ...body } of unreadable()) {
      await this.send({ method: 'POST', path: `/api/v1/${marker('UnknownPath')}`, ...body }, undefined);
    }
    for (const bytes of NO_HTTP()) {
      this.outcomes.push({ request: 'bytes', expected: 1, status: 1, bytes: await sendBytes(this.url, bytes) });
    }
  }

  /** A database that throws whatever it was given back in everybody's face. */
  private async whileTheDatabaseFails(world: World): Promise<void> {
    const database = new FailingDatabase(this.platform.system.postgres!.url);
    await database.connect();
    try {
      await database.breakInsert('storage.submission_version');
      await this.sendFailing(world, (route) => route === 'POST /api/v1/submissions', 'database');
      await database.revokeRead('storage.submission_record', 'epro_storage');
      await this.sendFailing(world, (route) => route === 'GET /api/v1/submissions/{id}', 'database');
      for (const name of ['auth.find_user', 'auth.active_user', 'auth.rotate_refresh_token']) {
        await database.breakFunction(name);
      }
      await this.sendFailing(world, (route) => !route.includes('/submissions'), 'database');
    } finally {
      await database.end();
    }
  }

  private async whileServicesAreGone(world: World): Promise<void> {
    for (const name of ['storage', 'validation', 'auth'] satisfies ServiceName[]) {
      await this.platform.system.services[name].stop();
    }
    await this.sendFailing(world, () => true, 'dead');
    const found = { 'x-request-id': KEPT_ID };
    await this.send({ method: 'GET', path: '/api/v1/me', token: world.patient, headers: found }, 503);
  }

  private async sendFailing(world: World, which: (route: string) => boolean, what: 'database' | 'dead'): Promise<void> {
    for (const [route, { failing }] of this.known()) {
      if (typeof failing === 'string' || !which(route)) continue;
      const [method = '', path = ''] = route.split(' ');
      const { database: _database, dead: _dead, ...request } = failing(world);
      await this.send({ method, path, ...request }, failing(world)[what]);
    }
  }

  /** Those of the routes that have a canary. */
  private known(): [string, Canary][] {
    return Object.entries(this.canaries).filter(([route]) => this.routes.includes(route));
  }

  private async send(request: HostileRequest, expected: number | undefined): Promise<void> {
    const what = `${request.method} ${request.path}`;
    try {
      const { status, bytes } = await send(this.url, request);
      this.outcomes.push({ request: what, expected, status, bytes });
    } catch (error) {
      this.outcomes.push({ request: `${what}: ${String(error)}`, expected, status: undefined, bytes: Buffer.alloc(0) });
    }
  }
}

/** Addresses at which there is nothing. */
const NOWHERE = () => [
  `/${marker('UnknownPath')}`,
  `/api/v1/${marker('UnknownPath')}/%zz`,
  `/%00${marker('UnknownPath')}`,
  `/fhir/Patient/${marker('UnknownPath')}`,
  `/docs/${marker('UnknownPath')}`,
  `/api/v1/submissions/${marker('UnknownPath')}/${marker('UnknownPath')}`,
  `/${marker('LongPath').repeat(200)}`,
  '/docs',
  '/docs-json',
];

/** What no HTTP parser reads. */
const NO_HTTP = () => [
  `${marker('NoMethod').toUpperCase()} /${marker('NoPath')} HTTP/1.1\r\nhost: x\r\n\r\n`,
  `${marker('NoHttp')}\r\n\r\n`,
  `GET / HTTP/1.1\r\nhost: x\r\nbad header ${marker('BadHeader')}\r\n\r\n`,
  `GET /${marker('NoHost')} HTTP/1.1\r\n\r\n`,
  `GET / HTTP/1.1\r\nhost: x\r\na: ${marker('HugeHeader').repeat(20_000)}\r\n\r\n`,
  `POST /api/v1/submissions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{"a":"${marker('CutBody')}`,
  `POST /api/v1/submissions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz${marker('BadChunk')}\r\n`,
];
