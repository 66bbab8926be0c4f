import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresStartError } from '@epro/embedded-postgres';
import { assertJaegerAnswers } from './demo/assert-jaeger-answers.js';
import { DemoDisplay } from './demo/demo-display.js';
import { DEMO_HELP, DemoUsageError, readDemoOptions, type DemoOptions } from './demo/demo-options.js';
import { demoSummary } from './demo/demo-summary.js';
import { Interrupt } from './demo/interrupt.js';
import { readable } from './log-file.js';
import type { RunningSystem } from './running-system.js';
import type { Service } from './service-process.js';
import { startSystem } from './start-system.js';
import { SystemStartError } from './system-start.error.js';

const LINES_OF_A_LOST_SERVICE = 8;

/**
 * The demo: starts the platform, says how to use it, and stops it on Ctrl-C. Ctrl-C again stops it at once.
 *
 * @param startedAt when the command was given, in ms since the epoch
 */
export async function runDemo(args: readonly string[], startedAt = Date.now()): Promise<void> {
  // A reader such as `head` may leave; that is no reason to leave processes behind.
  process.stdout.on('error', () => {});
  const interrupt = new Interrupt();
  const display = new DemoDisplay();
  try {
    const options = readDemoOptions(args);
    if (options.help) return console.log(DEMO_HELP);
    await assertJaegerAnswers(options.traceBackend);
    await runUntilInterrupted(options, display, interrupt, startedAt);
  } catch (error) {
    display.settle();
    if (!interrupt.signal.aborted) {
      console.error(`\n${messageOf(error)}`);
      process.exitCode = error instanceof DemoUsageError ? 2 : 1;
      return;
    }
  } finally {
    interrupt.dispose();
  }
  if (interrupt.signal.aborted) {
    display.print('  Stopped.');
    await interrupt.endProcess();
  }
}

async function runUntilInterrupted(
  options: DemoOptions,
  display: DemoDisplay,
  interrupt: Interrupt,
  startedAt: number,
): Promise<void> {
  const logDirectory = options.keepLogs ? await mkdtemp(join(tmpdir(), 'epro-logs-')) : undefined;
  if (logDirectory) display.print(`  Logs: ${logDirectory}`);
  const system = await startSystem({
    ports: options.ports,
    postgresPort: options.postgresPort,
    traceBackend: options.traceBackend,
    logDirectory,
    signal: interrupt.signal,
    onProgress: (progress) => display.progress(progress),
    onServiceLost: (service, how) => display.print(lostService(service, how)),
    onLog: options.verbose
      ? (name, line) =>
          display.print(
            readable(line)
              .map((text) => `${name.padEnd(10)} | ${text}`)
              .join('\n'),
          )
      : undefined,
  });
  interrupt.onRepeat = () => void system.stop('now');
  try {
    display.settle();
    display.print(demoSummary(system, options.traceBackend, (Date.now() - startedAt) / 1000));
    if (options.verbose) display.print(await memoryLine(system));
    void system.postgres?.ended.then((log) => {
      if (!interrupt.signal.aborted) display.print(`\n  ! PostgreSQL ended. Ctrl-C, and start again.\n${log}`);
    });
    await interrupt.received;
    display.print('\n  Stopping. Ctrl-C again stops at once.');
  } finally {
    await system.stop();
  }
}

function lostService(service: Service, how: string): string {
  const log = service.log(LINES_OF_A_LOST_SERVICE).replace(/^/gm, '    ');
  return `\n  ! ${service.name} ${how}; the others go on without it.\n${log}`;
}

async function memoryLine(system: RunningSystem): Promise<string> {
  const bytes = await system.memory();
  return bytes === undefined ? '' : `  Memory of all processes: ${Math.round(bytes / 1e6)} MB\n`;
}

function messageOf(error: unknown): string {
  // What a person can put right is said in words; anything else is a bug and keeps its stack.
  const known = [SystemStartError, PostgresStartError, DemoUsageError].some((type) => error instanceof type);
  return known ? (error as Error).message : String((error as Error).stack ?? error);
}
