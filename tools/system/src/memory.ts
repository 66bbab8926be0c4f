import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Resident memory of a process and all that descends from it, in bytes: the sum of what `ps` calls RSS, in which
 * pages that processes share count for each. Undefined where there is no `ps`.
 */
export async function memoryOf(root: number): Promise<number | undefined> {
  let table: string;
  try {
    ({ stdout: table } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,rss=']));
  } catch {
    return undefined;
  }
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([root]);
  // A parent may have a higher number than its child, so until nothing is added.
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const [pid, parent] of rows) if (family.has(parent!)) family.add(pid!);
  }
  return rows.reduce((sum, [pid, , kilobytes]) => sum + (family.has(pid!) ? kilobytes! * 1024 : 0), 0);
}
