import { platform } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parseProcessUsage, processUsage } from './process-usage.js';

describe('parseProcessUsage', () => {
  it('adds user and system time, whatever the process is called', () => {
    const stat = '42 (node (x) y) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 7 7 20 0 11 0 1234 1000000 5000 0';
    const status = 'Name:\tnode\nVmPeak:\t  999 kB\nVmRSS:\t    2048 kB\nThreads:\t11\n';
    expect(parseProcessUsage(stat, status, 100)).toEqual({ cpuSeconds: 3, rssBytes: 2048 * 1024 });
  });
});

describe('processUsage', () => {
  it.runIf(platform() === 'linux')('agrees with what Node says of this process', () => {
    for (const end = Date.now() + 200; Date.now() < end;);
    const { user, system } = process.cpuUsage();
    const usage = processUsage(process.pid)!;
    expect(Math.abs(usage.cpuSeconds - (user + system) / 1e6)).toBeLessThan(0.1);
    expect(usage.rssBytes / process.memoryUsage.rss()).toBeCloseTo(1, 0);
  });

  it('does not know a process that is not there', () => expect(processUsage(2 ** 30)).toBeUndefined());
});
