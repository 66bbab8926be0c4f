import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyInstallation } from './copy-installation.js';
import type { PlatformPackage } from './platform-package.js';
import type { Account } from './unprivileged-account.js';

/**
 * A folder with `bin`, `lib` and `share` that the server's account can run.
 *
 * That is the installed package itself where possible. Otherwise, because root's clone lies where no other account
 * may read, or because install scripts did not run, it is a copy in `folder` that goes with it; making one takes
 * about 0.3 s.
 *
 * @param folder folder of this run, on which only this user may write
 */
export async function findInstallation(
  source: PlatformPackage,
  account: Account | undefined,
  folder: string,
): Promise<string> {
  if (await runs(source, account)) return source.native;
  const copy = join(folder, 'postgresql');
  await copyInstallation(source, copy);
  return copy;
}

async function runs({ native, links }: PlatformPackage, account: Account | undefined): Promise<boolean> {
  if (links.some(({ path }) => !existsSync(join(native, path)))) return false;
  for (const program of ['initdb', 'postgres']) {
    const path = join(native, 'bin', program);
    try {
      if (account) await promisify(execFile)(path, ['--version'], { ...account, cwd: '/' });
      else accessSync(path, constants.X_OK);
    } catch {
      return false;
    }
  }
  return true;
}
