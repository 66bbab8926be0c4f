import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SystemStartError } from '@epro/system';
import { BenchUsageError } from './bench-options.js';
import { runBench } from './bench.command.js';
import { LoadError } from './load/load.error.js';

const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));
const isTerminal = process.stdout.isTTY;
const clearLine = isTerminal ? '\r\u001b[2K' : '';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupt.abort());

try {
  const allAccepted = await runBench(process.argv.slice(2), {
    print: (text) => console.log(clearLine + text),
    progress: (text) => isTerminal && process.stdout.write(clearLine + text),
    resultFile: process.env['BENCH_RESULT_FILE'] ?? join(WORKSPACE, 'bench/results/latest.json'),
    signal: interrupt.signal,
  });
  if (!allAccepted) process.exitCode = 1;
} catch (error) {
  if ([BenchUsageError, LoadError, SystemStartError].some((type) => error instanceof type)) {
    console.error(clearLine + (error as Error).message);
    process.exitCode = error instanceof BenchUsageError ? 2 : 1;
  } else if (interrupt.signal.aborted) {
    console.error(`${clearLine}Interrupted; nothing was written.`);
    process.exitCode = 130;
  } else throw error;
}
