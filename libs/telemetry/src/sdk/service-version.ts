import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The version in the `package.json` that the program being run belongs to; `undefined` where it has none.
 *
 * @param program path of the program's main module
 */
export function serviceVersion(program = process.argv[1]): string | undefined {
  if (!program) return undefined;
  for (let folder = dirname(program), above; folder !== above; above = folder, folder = dirname(folder)) {
    const manifest = readManifest(join(folder, 'package.json'));
    if (manifest) return typeof manifest.version === 'string' ? manifest.version : undefined;
  }
  return undefined;
}

function readManifest(path: string): { version?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown };
  } catch {
    return undefined;
  }
}
