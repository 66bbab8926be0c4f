/** What a command's exit status says; the same for all of them. */
export const EXIT = {
  /** It was done, and everything is as it should be. */
  ok: 0,
  /** A trace is not what its contract says, or did not arrive. */
  incomplete: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** There was nothing to judge: no trace to check, or an answer other than the one asked for. */
  nothingChecked: 3,
  /** The system or its trace backend could not be asked. */
  unreachable: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
