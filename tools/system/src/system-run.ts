import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres, type Guardian, type PostgresServer } from '@epro/embedded-postgres';
import { createPlatformDatabase, type PlatformDatabase } from './database.js';
import { memoryOf } from './memory.js';
import type { SystemPorts } from './ports.js';
import type { Progress, RunningSystem, SystemOptions } from './running-system.js';
import { STAGES, type ServiceDefinition, type ServiceName } from './service-definition.js';
import { serviceEnvironment } from './service-environment.js';
import { ServiceProcess } from './service-process.js';

const WORKSPACE = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const READY_WITHIN_MS = 60_000;
/** A little more than a service's own deadline for its end. */
const STOP_WITHIN_MS = 12_000;

/** One run of the platform, from its start to its end. */
export class SystemRun implements RunningSystem {
  readonly urls: RunningSystem['urls'];
  readonly logDirectory: string;
  postgres: PostgresServer | undefined;

  private readonly started = new Map<ServiceName, ServiceProcess>();
  private database: PlatformDatabase | undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly options: SystemOptions,
    private readonly definitions: readonly ServiceDefinition[],
    readonly ports: SystemPorts,
    private readonly guardian: Guardian,
  ) {
    const backend = options.traceBackend ?? { kind: 'trace-desk' };
    const jaeger = backend.kind === 'jaeger' ? backend : undefined;
    this.urls = {
      gateway: `http://localhost:${ports.gateway}`,
      traces: jaeger?.url ?? `http://localhost:${ports.traceDesk}`,
      otlp: jaeger?.otlpUrl ?? `http://127.0.0.1:${ports.otlp}`,
    };
    this.logDirectory = options.logDirectory ?? join(guardian.folder, 'logs');
  }

  get services(): RunningSystem['services'] {
    return Object.fromEntries(this.started) as Partial<RunningSystem['services']> as RunningSystem['services'];
  }

  async start(): Promise<void> {
    await mkdir(this.logDirectory, { recursive: true });
    const [first, ...later] = STAGES;
    // What one of them started must be known when the other fails.
    const parallel = await Promise.allSettled([this.startDatabase(), this.startStage(first!)]);
    for (const result of parallel) if (result.status === 'rejected') throw result.reason;
    for (const stage of later) await this.startStage(stage);
  }

  memory(): Promise<number | undefined> {
    return memoryOf(process.pid);
  }

  async stop(how?: 'now'): Promise<void> {
    this.stopping ??= this.stopInOrder();
    if (how === 'now') await this.killServices();
    await this.stopping;
  }

  async killServices(): Promise<void> {
    await Promise.all([...this.started.values()].map((service) => service.kill('SIGKILL')));
  }

  private async stopInOrder(): Promise<void> {
    for (const stage of STAGES.toReversed()) {
      const services = [...this.started.values()].filter(({ name }) => stage.includes(name));
      await Promise.all(services.map((service) => service.stop()));
    }
    await this.postgres?.stop();
    await this.guardian.close();
  }

  private async startDatabase(): Promise<void> {
    if (!this.definitions.some(({ schema }) => schema)) return;
    await this.step('postgres', async () => {
      this.postgres = await startPostgres({ port: this.options.postgresPort });
      this.database = await createPlatformDatabase(this.postgres.url, WORKSPACE);
    });
  }

  private async startStage(stage: readonly ServiceName[]): Promise<void> {
    const definitions = this.definitions.filter(({ name }) => stage.includes(name));
    await Promise.all(definitions.map((definition) => this.step(definition.name, () => this.startService(definition))));
  }

  private async startService(definition: ServiceDefinition): Promise<void> {
    const { options, ports } = this;
    const { name } = definition;
    const service = new ServiceProcess({
      definition,
      guardian: this.guardian,
      workspace: WORKSPACE,
      env: serviceEnvironment(definition, {
        ports,
        otlpUrl: this.urls.otlp,
        database: this.database,
        extra: { ...options.env, ...options.serviceEnv?.[name] },
      }),
      preload: options.preload,
      nodeFlags: options.nodeFlags,
      port: ports[definition.ports[0]],
      logFile: join(this.logDirectory, `${name}.log`),
      readyWithinMs: options.readyWithinMs ?? READY_WITHIN_MS,
      stopWithinMs: options.stopWithinMs ?? STOP_WITHIN_MS,
      onLine: options.onLog && ((line) => options.onLog?.(name, line)),
      onLost: (how) => options.onServiceLost?.(service, how),
    });
    this.started.set(name, service);
    await service.start();
  }

  private async step(step: Progress['step'], work: () => Promise<void>): Promise<void> {
    const start = performance.now();
    this.options.onProgress?.({ step, state: 'started', ms: 0 });
    // Last thing before a process is made: what is made later, no interruption ends.
    this.options.signal?.throwIfAborted();
    await work();
    this.options.onProgress?.({ step, state: 'ready', ms: performance.now() - start });
  }
}
