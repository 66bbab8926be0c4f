import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { GUARDIAN_SCRIPT } from './guardian-script.js';

/**
 * Sees to it that processes and a folder do not outlive the process that made them, however that one ends: by
 * `close()`, by its own end, by a signal, by SIGKILL.
 */
export interface Guardian {
  readonly folder: string;
  /**
   * Starts a process in a process group of its own, so that Ctrl-C in the terminal does not reach it.
   *
   * @param signals how its group is ended: one after the other, 5 s apart, until it is gone
   * @throws Error when the guardian is closed
   */
  spawn(
    command: string,
    args: readonly string[],
    options: SpawnOptions,
    signals: readonly NodeJS.Signals[],
  ): ChildProcess;
  /** Ends what still runs and removes the folder. Resolves when both are gone, rejects when they cannot be; safe to call again. */
  close(): Promise<void>;
}

const ATTEMPTS = 3;

/**
 * A guardian is a shell that reads from a pipe held by this process. The pipe ends when this process does, and
 * then the shell cleans up. A shell and not Node.js, because it takes 1 MB of memory instead of 50.
 *
 * @param folder existing folder that is given to the guardian
 */
export function startGuardian(folder: string): Guardian {
  const wards = new Map<number, readonly NodeJS.Signals[]>();
  let shell = startShell(folder);
  let closing: Promise<void> | undefined;

  const close = async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (hasEnded(shell)) {
        // Somebody ended the guardian: another does its work.
        shell = startShell(folder);
        for (const [pid, signals] of wards) tell(shell, `adopt ${pid} ${names(signals)}`);
      }
      const exited = once(shell, 'exit');
      shell.ref();
      shell.stdin?.end();
      await exited;
      if (shell.exitCode === 0) return;
    }
    throw new Error(`${folder} could not be cleaned up`);
  };

  return {
    folder,
    spawn(command, args, options, signals) {
      if (closing) throw new Error(`${command} is not started: its guardian is closed`);
      const child = spawn(command, args, { ...options, detached: true });
      const { pid } = child;
      if (pid === undefined) return child;
      wards.set(pid, signals);
      tell(shell, `adopt ${pid} ${names(signals)}`);
      child.once('exit', () => {
        wards.delete(pid);
        tell(shell, `release ${pid}`);
      });
      return child;
    },
    close: () => (closing ??= close()),
  };
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

function startShell(folder: string): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', GUARDIAN_SCRIPT, 'epro-guardian', folder], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.once('error', () => {});
  shell.stdin?.on('error', () => {});
  // Neither keeps this process alive when there is nothing else to do.
  shell.unref();
  (shell.stdin as Socket).unref();
  return shell;
}

function tell(shell: ChildProcess, line: string): void {
  if (shell.stdin?.writable) shell.stdin.write(`${line}\n`);
}

const names = (signals: readonly NodeJS.Signals[]) => signals.map((signal) => signal.replace(/^SIG/, '')).join(',');
