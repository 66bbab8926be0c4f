import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads the page once: what is written by hand from `page/`, the compiled scripts from `dist/page/`. Only these files can
 * be asked for.
 */
export function loadPage(): ReadonlyMap<string, PageFile> {
  // Two levels up from here both in `src/desk` and in `dist/desk`.
  const root = join(import.meta.dirname, '..', '..');
  const files = new Map<string, PageFile>();
  for (const folder of [join(root, 'page'), join(root, 'dist', 'page')]) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      const type = TYPES[extname(name)];
      if (type !== undefined) files.set(name, { type, content: readFileSync(join(folder, name)) });
    }
  }
  return files;
}
