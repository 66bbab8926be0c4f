import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { lstat, mkdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyInstallation, isCompleteCopy } from './copy-installation.js';
import type { PlatformPackage } from './platform-package.js';
import type { Account } from './unprivileged-account.js';

/**
 * A folder with `bin`, `lib` and `share` that the server's account can run.
 *
 * That is the installed package itself where possible. Otherwise, because root's clone lies where no other account
 * may read, or because install scripts did not run, it is a copy: one for each version and user in the system's
 * temporary folder, used again by the next run. Where that place is not trustworthy (somebody else made it first), the
 * copy is made in `folder` and goes with it.
 *
 * @param folder folder of this run, on which only this user may write
 */
export async function findInstallation(
  source: PlatformPackage,
  account: Account | undefined,
  folder: string,
): Promise<string> {
  if (await runs(source, account)) return source.native;
  const cached = join(tmpdir(), `epro-postgresql-${source.version}-${process.getuid?.() ?? 0}`);
  if (await isUsable(source, cached)) return cached;

  const staged = join(folder, 'postgresql');
  await copyInstallation(source, staged);
  // Another run may have been faster.
  if (await isUsable(source, cached)) return cached;
  if (await isOwn(cached)) {
    // Ours but incomplete, as when a cleaner of temporary files took a part of it.
    await mkdir(join(folder, 'incomplete'), { recursive: true });
    await rename(cached, join(folder, 'incomplete', 'postgresql')).catch(() => {});
  }
  try {
    await rename(staged, cached);
    return cached;
  } catch {
    // Another run was faster after all, or the name is somebody else's.
    return (await isUsable(source, cached)) ? cached : staged;
  }
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

async function isUsable(source: PlatformPackage, copy: string): Promise<boolean> {
  return (await isOwn(copy)) && (await isCompleteCopy(source, copy));
}

/** A real folder of this user on which nobody else may write. */
async function isOwn(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}
