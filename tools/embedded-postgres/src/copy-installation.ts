import { chmod, copyFile, mkdir, readdir, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { PlatformPackage } from './platform-package.js';

interface InstallationFile {
  /** Relative to the installation. */
  readonly path: string;
  readonly executable: boolean;
}

/** Copies an installation so that every account can read and run it and only the owner can change it, whatever the umask. */
export async function copyInstallation(source: PlatformPackage, target: string): Promise<void> {
  const files = await listFiles(source);
  const folders = new Set(files.flatMap(({ path }) => ancestors(path)));
  for (const folder of ['.', ...folders]) {
    await mkdir(join(target, folder), { recursive: true });
    await chmod(join(target, folder), 0o755);
  }
  for (const { path, executable } of files) {
    await copyFile(join(source.native, path), join(target, path));
    await chmod(join(target, path), executable ? 0o755 : 0o644);
  }
  for (const link of source.links) await symlink(linkText(link), join(target, link.path));
}

async function listFiles({ native, links }: PlatformPackage): Promise<InstallationFile[]> {
  const linked = new Set(links.map(({ path }) => path));
  const entries = await readdir(native, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.a'))
    .map((entry) => relative(native, join(entry.parentPath, entry.name)))
    .filter((path) => !linked.has(path));
  return paths.map((path) => ({
    path,
    executable: path.startsWith('bin/') || path.includes('.so') || path.includes('.dylib'),
  }));
}

/** `a/b/c` is in `a` and `a/b`, outermost first. */
function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [...ancestors(parent), parent];
}

const linkText = ({ path, target }: PlatformPackage['links'][number]) => relative(dirname(path), target);
