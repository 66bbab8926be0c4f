import type { Environment } from './command.js';

/** Where a command writes. */
export interface Terminal {
  /** Results, a line or several. */
  out(text: string): void;
  /** Progress and problems, so that results can be piped on. */
  err(text: string): void;
  /** Whether results may have ANSI colours. */
  readonly color: boolean;
  /** In columns. */
  readonly width: number;
}

/** Columns where nobody looks: a log file or a pipe. */
const DEFAULT_WIDTH = 120;

/** The terminal of this process. */
export function processTerminal(env: Environment): Terminal {
  const { stdout, stderr } = process;
  return {
    out: (text) => stdout.write(`${text}\n`),
    err: (text) => stderr.write(`${text}\n`),
    color: wantsColor(env, stdout.isTTY),
    width: stdout.columns ?? DEFAULT_WIDTH,
  };
}

/**
 * Whether to write in colour: to a terminal, unless somebody said otherwise.
 *
 * @see https://no-color.org, https://force-color.org
 */
export function wantsColor(env: Environment, isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return isTerminal && env['TERM'] !== 'dumb';
}
