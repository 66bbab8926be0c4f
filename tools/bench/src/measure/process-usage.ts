import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process has used. */
export interface ProcessUsage {
  /** User and system time of all its threads since it started. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** Reads what a process has used; undefined where the system has no /proc, which is anywhere but on Linux. */
export function processUsage(pid: number): ProcessUsage | undefined {
  try {
    return parseProcessUsage(readFileSync(`/proc/${pid}/stat`, 'utf8'), readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function parseProcessUsage(stat: string, status: string, ticksPerSecond = clockTicks()): ProcessUsage {
  // The name, in parentheses, may hold anything; what follows it begins with field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [Number(fields[14 - 3]), Number(fields[15 - 3])];
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return { cpuSeconds: (userTicks + systemTicks) / ticksPerSecond, rssBytes: Number(rss ?? 0) * 1024 };
}

let ticks: number | undefined;

function clockTicks(): number {
  return (ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) || 100);
}
