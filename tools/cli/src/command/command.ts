import type { ExitCode } from './exit-code.js';
import type { Terminal } from './terminal.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command may use of the process that it runs in. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly env: Environment;
}

export interface Command {
  /** As it is called: `trace:audit`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** What `--help` shows, without the name and the summary. */
  readonly help: string;
  /** @throws UsageError where the arguments cannot be understood */
  run(args: readonly string[], context: CommandContext): Promise<ExitCode>;
}

/** Arguments that cannot be understood. The message says which, and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A peer that could not be asked, or that answered what nothing can be done with. The message says which and what. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}
