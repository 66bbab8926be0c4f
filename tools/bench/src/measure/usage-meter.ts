import { processUsage, type ProcessUsage } from './process-usage.js';

/** What several processes used together in the times that were measured. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly cpuSecondsOf: Readonly<Record<string, number>>;
  /** Mean of what they held at the ends of those times. */
  readonly rssBytes: number;
}

/** Measures processes by name, over one time or several. */
export class UsageMeter {
  private before: Record<string, ProcessUsage> | undefined;
  private cpuSecondsOf: Record<string, number> = {};
  private rss: number[] = [];

  constructor(private readonly pids: Readonly<Record<string, number>>) {}

  open(): void {
    this.before = this.read();
  }

  close(): void {
    const { before } = this;
    const after = this.read();
    if (!before || !after) return;
    for (const [name, { cpuSeconds }] of Object.entries(after)) {
      this.cpuSecondsOf[name] = (this.cpuSecondsOf[name] ?? 0) + cpuSeconds - before[name]!.cpuSeconds;
    }
    this.rss.push(sum(Object.values(after).map(({ rssBytes }) => rssBytes)));
  }

  /** What was used since the last call; undefined where this system does not say what processes use. */
  take(): Usage | undefined {
    const { cpuSecondsOf, rss } = this;
    this.cpuSecondsOf = {};
    this.rss = [];
    if (rss.length === 0) return undefined;
    return { cpuSeconds: sum(Object.values(cpuSecondsOf)), cpuSecondsOf, rssBytes: sum(rss) / rss.length };
  }

  private read(): Record<string, ProcessUsage> | undefined {
    const all: Record<string, ProcessUsage> = {};
    for (const [name, pid] of Object.entries(this.pids)) {
      const usage = processUsage(pid);
      if (!usage) return undefined;
      all[name] = usage;
    }
    return all;
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
