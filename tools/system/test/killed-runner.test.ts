import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { running } from './left-behind.js';
import { StandIns } from './stand-ins.js';

interface Runner {
  pids: number[];
  logDirectory: string;
}

const fixture = fileURLToPath(new URL('runner.fixture.mjs', import.meta.url));

it.each(['SIGKILL', 'SIGHUP'] as const)(
  'leaves nothing of a runner that gets %s, not even a paused service',
  async (signal) => {
    const standIns = new StandIns();
    const runner = spawn(process.execPath, [fixture, JSON.stringify(standIns.options())], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: runner.stdout }), 'line')) as [string];
    const { pids, logDirectory } = JSON.parse(line) as Runner;
    expect(running(pids)).toHaveLength(6);
    process.kill(pids[2]!, 'SIGSTOP');
    runner.kill(signal);
    await vi.waitFor(() => expect([running(pids), existsSync(logDirectory)]).toEqual([[], false]), { timeout: 10_000 });
    standIns.dispose();
  },
);
