import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Guardian } from '@epro/embedded-postgres';
import { lastLines } from './log-file.js';
import { isReady } from './readiness.js';
import type { ServiceDefinition, ServiceName } from './service-definition.js';
import { SystemStartError } from './system-start.error.js';

/** One process of the running platform. */
export interface Service {
  readonly name: ServiceName;
  /** Process id while it runs. */
  readonly pid: number | undefined;
  readonly logFile: string;
  /** The last lines of its log, readable. */
  log(lines?: number): string;
  /** Sends a signal. For SIGKILL, SIGTERM and SIGINT it resolves when the process has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it in order: SIGTERM, and SIGKILL where that takes too long. */
  stop(): Promise<void>;
  /** Ends it if it runs, starts it, and resolves when it is ready. */
  restart(): Promise<void>;
}

export interface ServiceProcessOptions {
  readonly definition: ServiceDefinition;
  readonly guardian: Guardian;
  readonly workspace: string;
  readonly env: NodeJS.ProcessEnv;
  /** Module that it is preloaded with, where it is traced. */
  readonly preload?: string;
  /** More flags of Node. */
  readonly nodeFlags?: readonly string[];
  /** Port that says whether it is ready. */
  readonly port: number;
  readonly logFile: string;
  readonly readyWithinMs: number;
  readonly stopWithinMs: number;
  readonly onLine?: (line: string) => void;
  /** It ended and nobody had asked it to. */
  readonly onLost?: (how: string) => void;
}

const ENDING: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGINT'];
const POLL_MS = 50;
const TELEMETRY = '@epro/telemetry/register';

export class ServiceProcess implements Service {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private how = 'is not running';
  /** Whether an end is what somebody wants. */
  private expected = false;

  constructor(private readonly options: ServiceProcessOptions) {}

  get name(): ServiceName {
    return this.options.definition.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get logFile(): string {
    return this.options.logFile;
  }

  log(lines?: number): string {
    return lastLines(this.logFile, lines);
  }

  /** @throws SystemStartError with the end of its log, where it is not ready in time */
  async start(): Promise<void> {
    const { definition, port, readyWithinMs } = this.options;
    const child = this.spawn();
    for (const deadline = Date.now() + readyWithinMs; !(await isReady(definition.readiness, port));) {
      if (this.child !== child) throw this.failure(`${this.name} ${this.how} before it was ready`);
      if (Date.now() > deadline) throw this.failure(`${this.name} was not ready within ${readyWithinMs / 1000} s`);
      await Promise.race([this.ended, delay(POLL_MS)]);
    }
    if (this.child !== child) throw this.failure(`${this.name} ${this.how}, and another program answers on ${port}`);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (ENDING.includes(signal)) this.expected = true;
    this.child?.kill(signal);
    if (ENDING.includes(signal)) await this.ended;
  }

  async stop(): Promise<void> {
    if (!this.child) return;
    this.expected = true;
    this.child.kill('SIGTERM');
    // One that was paused could not hear it.
    this.child.kill('SIGCONT');
    const tooLong = setTimeout(() => this.child?.kill('SIGKILL'), this.options.stopWithinMs);
    await this.ended;
    clearTimeout(tooLong);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  private spawn(): ChildProcess {
    const { definition, guardian, workspace, env, preload = TELEMETRY, nodeFlags = [], onLine } = this.options;
    const flags = [
      `--max-old-space-size=${definition.heap.old}`,
      `--max-semi-space-size=${definition.heap.semiSpace}`,
      ...nodeFlags,
      ...(definition.traced ? ['--import', preload] : []),
    ];
    const log = openSync(this.logFile, 'a', 0o600);
    const stdio: StdioOptions = onLine ? ['ignore', 'pipe', 'pipe'] : ['ignore', log, log];
    const child = guardian.spawn(process.execPath, [...flags, definition.entry], { cwd: workspace, env, stdio }, [
      'SIGKILL',
    ]);
    closeSync(log);
    for (const stream of [child.stdout, child.stderr]) if (stream) this.follow(stream);
    this.child = child;
    this.expected = false;
    this.ended = once(child, 'exit').then(
      ([code, signal]) => this.end(signal ? `was ended by ${String(signal)}` : `ended with status ${String(code)}`),
      (error: Error) => this.end(`could not be started: ${error.message}`),
    );
    return child;
  }

  private end(how: string): void {
    this.child = undefined;
    this.how = how;
    if (!this.expected) this.options.onLost?.(how);
  }

  private follow(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => {
      appendFileSync(this.logFile, `${line}\n`);
      this.options.onLine?.(line);
    });
  }

  private failure(what: string): SystemStartError {
    const log = this.log();
    return new SystemStartError(log ? `${what}. The end of its log:\n${log.replace(/^/gm, '  ')}` : `${what}.`);
  }
}
