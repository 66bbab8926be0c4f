import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What to say where a test needs a Jaeger and there is none. */
export const NO_JAEGER =
  'no Jaeger on this machine: set JAEGER_BIN to its binary (2.x, or 1.76), or put `jaeger` on PATH';

const NAME = process.platform === 'win32' ? 'jaeger.exe' : 'jaeger';

/**
 * The Jaeger of this machine: what `JAEGER_BIN` names, else a `jaeger` on `PATH`, else undefined.
 *
 * @throws Error when `JAEGER_BIN` names something that cannot be run, rather than passing over what was asked for
 */
export function findJaegerBinary(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const named = env.JAEGER_BIN;
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error('JAEGER_BIN does not name a file that can be run');
  }
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, NAME))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
