import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSystem, SystemStartError, type RunningSystem } from '../src/index.js';
import { freeSystemPorts } from '../src/port-check.js';
import { PORT_NAMES, PORTS, standardPorts } from '../src/ports.js';
import { running } from './left-behind.js';
import { StandIns } from './stand-ins.js';

let standIns: StandIns;
let system: RunningSystem | undefined;

beforeEach(() => {
  standIns = new StandIns();
  system = undefined;
});

afterEach(async () => {
  await system?.stop('now');
  standIns.dispose();
});

const pidsOf = ({ services }: RunningSystem) => Object.values(services).map(({ pid }) => pid);
const servicesIn = (lines: string[], what: string) =>
  lines.filter((line) => line.startsWith(what)).map((line) => line.split(' ')[1]);

describe('startSystem', { timeout: 60_000 }, () => {
  it('starts stage by stage, says so, ends in the opposite order, and leaves nothing', async () => {
    const steps: string[] = [];
    system = await startSystem({
      ...standIns.options(),
      onProgress: ({ step, state }) => steps.push(`${step} ${state}`),
    });
    const pids = pidsOf(system);
    expect(running(pids)).toHaveLength(6);
    for (const name of ['auth', 'validation', 'storage', 'analysis']) {
      expect(steps.indexOf('trace-desk ready')).toBeLessThan(steps.indexOf(`${name} started`));
      expect(steps.indexOf(`${name} ready`)).toBeLessThan(steps.indexOf('gateway started'));
    }
    await system.stop();
    const ends = servicesIn(standIns.diary(), 'ends');
    expect([ends[0], ends.slice(1, 5).sort(), ends[5]]).toEqual([
      'gateway',
      ['analysis', 'auth', 'storage', 'validation'],
      'trace-desk',
    ]);
    expect(running(pids)).toEqual([]);
    expect(existsSync(system.logDirectory)).toBe(false);
  });

  it('starts no trace-desk where a Jaeger takes the traces', async () => {
    const traceBackend = { kind: 'jaeger', url: 'http://jaeger:16686', otlpUrl: 'http://jaeger:4318' } as const;
    system = await startSystem({ ...standIns.options(), traceBackend });
    expect(Object.keys(system.services)).not.toContain('trace-desk');
    expect(system.urls).toMatchObject({ traces: 'http://jaeger:16686', otlp: 'http://jaeger:4318' });
  });

  it('preloads traced services with what is asked for, and gives its flags to all', async () => {
    const write = (what: string) =>
      `data:text/javascript,import { appendFileSync } from 'node:fs';` +
      `appendFileSync(process.env.STAND_IN_DIARY, '${what} ' + process.env.STAND_IN + String.fromCharCode(10));`;
    const { definitions, ...options } = standIns.options();
    system = await startSystem({
      ...options,
      only: ['trace-desk', 'auth'],
      definitions: definitions!.map((definition) => ({ ...definition, traced: definition.name !== 'trace-desk' })),
      preload: write('preloaded'),
      nodeFlags: ['--import', write('flagged')],
    });
    expect(servicesIn(standIns.diary(), 'preloaded')).toEqual(['auth']);
    expect(servicesIn(standIns.diary(), 'flagged').toSorted()).toEqual(['auth', 'trace-desk']);
  });

  it('runs twice side by side', async () => {
    const other = new StandIns();
    const [first, second] = await Promise.all([startSystem(standIns.options()), startSystem(other.options())]);
    await Promise.all([first.stop(), second.stop()]);
    expect(servicesIn(standIns.diary(), 'ends')).toHaveLength(6);
    expect(servicesIn(other.diary(), 'ends')).toHaveLength(6);
    other.dispose();
  });

  it('names a taken port, its setting and a free offset, and starts nothing', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    const failure = startSystem({ ...standIns.options(), ports: { ...(await freeSystemPorts()), storage: port } });
    await expect(failure).rejects.toThrow(SystemStartError);
    await expect(failure).rejects.toThrow(
      new RegExp(`^Port ${port} is taken \\(STORAGE_PORT sets it\\)\\.\nNothing was started\\..* --offset \\d+$`),
    );
    expect(existsSync(standIns.diaryFile)).toBe(false);
    occupant.close();
  });

  it.each([
    [{ auth: 31_234, storage: 31_234 }, /Port 31234 is wanted twice: by AUTH_PORT and by STORAGE_PORT/],
    [{ gateway: 70_000 }, /GATEWAY_PORT=70000 is not a port/],
  ])('refuses the ports %o', async (ports, message) => {
    await expect(
      startSystem({ ...standIns.options(), ports: { ...(await freeSystemPorts()), ...ports } }),
    ).rejects.toThrow(message);
  });

  it('says which service failed, how, and what it logged, and leaves nothing', async () => {
    const failure = startSystem(standIns.options({ storage: 'fails' }));
    await expect(failure).rejects.toThrow(SystemStartError);
    await expect(failure).rejects.toThrow(
      /^storage ended with status 3 before it was ready\. The end of its log:\n.*storage starts\n.*the cupboard is bare$/,
    );
    expect(servicesIn(standIns.diary(), 'ready')).not.toContain('gateway');
  });

  it('gives up on a service that does not become ready', async () => {
    await expect(startSystem({ ...standIns.options({ auth: 'never-ready' }), readyWithinMs: 700 })).rejects.toThrow(
      /^auth was not ready within 0\.7 s/,
    );
  });

  it('can be interrupted while it starts', async () => {
    const controller = new AbortController();
    const starting = startSystem({
      ...standIns.options({ gateway: 'never-ready' }),
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step === 'gateway') controller.abort(new Error('enough'));
      },
    });
    await expect(starting).rejects.toThrow('enough');
  });
});

describe('a running system', { timeout: 60_000 }, () => {
  it('ends a service that does not want to', async () => {
    system = await startSystem({ ...standIns.options({ analysis: 'stubborn' }), stopWithinMs: 300 });
    const pids = pidsOf(system);
    await system.stop();
    expect(running(pids)).toEqual([]);
  });

  it('tells of a service that ends by itself, keeps the others, and starts it again', async () => {
    const lost: string[] = [];
    system = await startSystem({
      ...standIns.options(),
      onServiceLost: (service, how) => lost.push(`${service.name} ${how}`),
    });
    const { auth } = system.services;
    process.kill(auth.pid!, 'SIGKILL');
    await vi.waitFor(() => expect(lost).toEqual(['auth was ended by SIGKILL']), { timeout: 5000 });
    expect(auth.pid).toBeUndefined();
    expect(running(pidsOf(system))).toHaveLength(5);
    await auth.restart();
    expect(running([auth.pid])).toHaveLength(1);
  });

  it('does not call a service lost that was killed on purpose', async () => {
    const onServiceLost = vi.fn();
    system = await startSystem({ ...standIns.options(), onServiceLost });
    await system.services.validation.kill();
    expect(system.services.validation.pid).toBeUndefined();
    expect(onServiceLost).not.toHaveBeenCalled();
  });

  it('gives the log of each service, and every line as it comes', async () => {
    const lines: string[] = [];
    system = await startSystem({ ...standIns.options(), onLog: (name, line) => lines.push(`${name}: ${line}`) });
    expect(system.services.auth.log()).toMatch(/INFO auth starts$/);
    expect(lines.filter((line) => line.startsWith('auth: {"time"'))).toHaveLength(1);
  });
});

describe('standardPorts', () => {
  it('adds the offset to every port', () => {
    for (const name of PORT_NAMES) expect(standardPorts(7)[name]).toBe(PORTS[name].standard + 7);
  });
});
