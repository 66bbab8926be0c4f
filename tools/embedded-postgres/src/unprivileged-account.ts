import { execFileSync } from 'node:child_process';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts that systems have without anybody having made them; macOS has the second. */
const CANDIDATES = ['postgres', '_postgres', 'nobody', 'daemon'];

/**
 * The account as which PostgreSQL must run: none of its own for an ordinary user; an unprivileged one for root,
 * because PostgreSQL refuses root.
 *
 * @throws Error where the system has no such account
 */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of CANDIDATES) {
    const account = findAccount(name);
    if (account && account.uid > 0 && account.gid > 0) return account;
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and this system has none of the accounts ${CANDIDATES.join(', ')}. ` +
      'Run this as an ordinary user.',
  );
}

function findAccount(name: string): Account | undefined {
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}
