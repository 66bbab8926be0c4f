import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from '@epro/free-port';
import { afterEach, describe, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');

async function listening(port = 0) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, server };
}

describe('the process', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  function start(env: Record<string, string>) {
    const child = fork(MAIN, { silent: true, env: { PATH: process.env.PATH, ...env } });
    children.push(child);
    const output = text(child.stdout!);
    const errors = text(child.stderr!);
    const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
    return { child, output, errors, exit };
  }

  async function started() {
    const [port, otlpPort] = [await freePort(), await freePort()];
    const running = start({ TRACE_DESK_PORT: String(port), OTLP_PORT: String(otlpPort) });
    await once(running.child.stdout!, 'data');
    return { ...running, port, otlpPort };
  }

  it('says where it listens, and ends at once when it is told to, also with a connection open', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, port, otlpPort, output, exit } = await started();
      // fetch keeps its connection open.
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
      const before = Date.now();
      child.kill(signal);
      expect(await exit).toBe(0);
      expect(Date.now() - before).toBeLessThan(2000);
      expect(await output).toBe(
        `trace-desk: traces at http://127.0.0.1:${port}, OTLP/HTTP at http://127.0.0.1:${otlpPort}\n`,
      );
    }
  });

  it('ends when the process that started it is gone', async () => {
    const { child, exit } = await started();
    child.disconnect();
    expect(await exit).toBe(0);
  });

  it.each(['TRACE_DESK_PORT', 'OTLP_PORT'])('says that %s is taken, and what to do', async (setting) => {
    const { port, server } = await listening();
    const { exit, errors } = start({
      TRACE_DESK_PORT: String(await freePort()),
      OTLP_PORT: String(await freePort()),
      [setting]: String(port),
    });
    expect(await exit).toBe(1);
    expect(await errors).toBe(
      `Port ${port} on 127.0.0.1 is taken, probably by a Jaeger, a collector or another trace-desk. ` +
        `Stop that, or set ${setting} to a free port.\n`,
    );
    server.close();
  });

  it('says which setting cannot be used', async () => {
    const { exit, errors } = start({ TRACE_DESK_PORT: '99999', TRACE_DESK_MAX_TRACES: 'many' });
    expect(await exit).toBe(1);
    expect(await errors).toMatch(/TRACE_DESK_PORT: [^]*TRACE_DESK_MAX_TRACES: /);
  });
});
