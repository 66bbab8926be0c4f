import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryOf } from '../src/memory.js';
import { freeSystemPorts } from '../src/port-check.js';
import { PORT_NAMES, PORTS } from '../src/ports.js';
import { descendants, running } from './left-behind.js';

const MAXIMUM_MEMORY = 1.2e9;
const fixture = fileURLToPath(new URL('demo.fixture.mjs', import.meta.url));

class Demo {
  output = '';
  /** Where everything temporary of this run must be, and in the end must not. */
  private readonly folder = mkdtempSync(join(tmpdir(), 'epro-demo-test-'));
  /** Temporary files that it left. */
  left: string[] = [];
  private readonly process: ChildProcess;
  private readonly ended: Promise<unknown[]>;

  private constructor(
    args: readonly string[],
    readonly ports: Readonly<Record<string, string>>,
  ) {
    // Root's PostgreSQL runs as another account and has to get in.
    chmodSync(this.folder, 0o711);
    this.process = spawn(process.execPath, [fixture, ...args], {
      env: { ...process.env, ...ports, TMPDIR: this.folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = once(this.process, 'exit');
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (this.output += chunk));
    }
  }

  static async start(...args: string[]): Promise<Demo> {
    const free = await freeSystemPorts();
    return new Demo(args, Object.fromEntries(PORT_NAMES.map((name) => [PORTS[name].setting, String(free[name])])));
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** What this run has there now; the copy of PostgreSQL's binaries is meant to stay. */
  temporaryFiles(): string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder).filter((name) => !name.startsWith('epro-postgresql-'));
  }

  async says(text: string): Promise<void> {
    await vi.waitFor(() => expect(this.output).toContain(text), { timeout: 60_000, interval: 50 });
  }

  /** @returns status, or the signal by which it ended */
  async end(signal?: NodeJS.Signals): Promise<unknown> {
    if (signal) this.process.kill(signal);
    const [code, by] = await this.ended;
    this.left = this.temporaryFiles();
    rmSync(this.folder, { recursive: true, force: true });
    return by ?? code;
  }
}

let demo: Demo | undefined;

afterEach(async () => {
  await demo?.end('SIGKILL');
  demo = undefined;
});

describe('the demo', { timeout: 120_000 }, () => {
  it('prints a curl that is answered with 201, fits into memory, and leaves nothing on Ctrl-C', async () => {
    demo = await Demo.start();
    await demo.says('Ctrl-C stops everything');
    const curl = /^curl .*$/m.exec(demo.output)?.[0] ?? '';
    const { stdout } = await promisify(execFile)('sh', ['-c', curl]);
    expect(stdout).toMatch(/^HTTP\/1\.1 201 /);
    expect(stdout).toMatch(/"score":17.*"analysis":\{"status":"complete"\}/);
    expect(await memoryOf(demo.pid)).toBeLessThan(MAXIMUM_MEMORY);
    for (const setting of ['GATEWAY_PORT', 'TRACE_DESK_PORT']) {
      expect(demo.output).toMatch(new RegExp(`${setting}=${demo.ports[setting]} .*npm run submit`));
    }
    const pids = descendants(demo.pid);
    expect(pids.length).toBeGreaterThan(8);
    expect(demo.temporaryFiles()).toHaveLength(2);
    expect(await demo.end('SIGINT')).toBe('SIGINT');
    expect(demo.output).toMatch(/Stopped\.\n$/);
    expect(running(pids)).toEqual([]);
    expect(demo.left).toEqual([]);
  });

  it.each(['postgres', 'storage', 'gateway'])('leaves nothing on Ctrl-C before %s is ready', async (step) => {
    demo = await Demo.start('--verbose');
    const earlier = { postgres: '', storage: '✓ postgres', gateway: '✓ storage' }[step]!;
    await demo.says(earlier);
    if (!earlier) await vi.waitFor(() => expect(descendants(demo!.pid)).not.toEqual([]), { timeout: 10_000 });
    const pids = descendants(demo.pid);
    expect(await demo.end('SIGINT')).toBe('SIGINT');
    expect(running(pids)).toEqual([]);
    expect(demo.left).toEqual([]);
    expect(demo.output).not.toContain('Ready after');
  });

  it('says which port is taken', async () => {
    demo = await Demo.start();
    await demo.says('Ctrl-C stops everything');
    const { AUTH_PORT } = demo.ports;
    const second = promisify(execFile)(process.execPath, [fixture], { env: { ...process.env, ...demo.ports } });
    const { stderr, code } = await second.then(
      () => ({ stderr: '', code: 0 }),
      (error: unknown) => error as { stderr: string; code: number },
    );
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${AUTH_PORT} is taken (AUTH_PORT sets it).`);
    expect(await demo.end('SIGTERM')).toBe('SIGTERM');
  });

  it('says that no Jaeger answers, and starts nothing', async () => {
    demo = await Demo.start('--jaeger', 'http://127.0.0.1:9');
    expect(await demo.end()).toBe(1);
    expect(demo.output).toMatch(/No Jaeger can be used at http:\/\/127\.0\.0\.1:9\/.*Check --jaeger/);
  });
});
