import { execFileSync } from 'node:child_process';

/** Those of the processes that still run. One that only waits to be collected does not run. */
export function running(pids: readonly (number | undefined)[]): string[] {
  const table = execFileSync('ps', ['-axo', 'pid=,stat=,args='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => pids.includes(Number.parseInt(line)) && !/^\d+ +Z/.test(line));
}

/** Process ids of all that descend from a process. */
export function descendants(root: number): number[] {
  const rows = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const found = [root];
  for (const parent of found) found.push(...rows.filter(([, ppid]) => ppid === parent).map(([pid]) => pid));
  return found.slice(1);
}
