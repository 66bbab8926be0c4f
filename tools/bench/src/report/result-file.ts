import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BenchResult } from './bench-result.js';

/** What the file holds; undefined where there is none, or none of ours. */
export async function readResult(file: string): Promise<BenchResult | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as BenchResult;
  } catch {
    return undefined;
  }
}

/** Writes it whole or not at all. */
export async function writeResult(file: string, result: BenchResult): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, `${JSON.stringify(result, null, 2)}\n`);
  await rename(`${file}.part`, file);
}
