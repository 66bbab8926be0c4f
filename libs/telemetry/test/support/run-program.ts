import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface ProgramRun {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs node with these arguments and settings, in this library's folder, and says how it ended. */
export async function runProgram(args: string[], env: Readonly<Record<string, string>> = {}): Promise<ProgramRun> {
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { PATH: process.env['PATH'], OTEL_SERVICE_NAME: 'test', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, output, errors };
}
