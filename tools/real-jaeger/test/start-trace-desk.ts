import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePorts } from '@epro/free-port';

const MAIN = fileURLToPath(new URL('../../../apps/trace-desk/dist/main.js', import.meta.url));

export interface Backend {
  readonly url: string;
  readonly otlpUrl: string;
  stop(): Promise<void>;
}

/** The built trace-desk, as a process of its own. It ends with this one: it watches its IPC channel. */
export async function startTraceDesk(): Promise<Backend> {
  const [port, otlpPort] = (await freePorts(2)) as [number, number];
  const child = fork(MAIN, { silent: true, env: { TRACE_DESK_PORT: String(port), OTLP_PORT: String(otlpPort) } });
  const printed: string[] = [];
  child.stderr!.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  const started = once(child.stdout!, 'data');
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`trace-desk ended: ${printed.join('')}`)));
  await Promise.race([started, ended]);
  ended.catch(() => undefined);
  return {
    url: `http://127.0.0.1:${port}`,
    otlpUrl: `http://127.0.0.1:${otlpPort}`,
    async stop() {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}
