import { readdirSync, readFileSync } from 'node:fs';

/** Processes that still run whose command line contains a text. One that only waits to be collected does not run. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command.includes(text) && Number(pid) !== process.pid ? [`${pid} ${command.slice(0, 80)}`] : [];
      } catch {
        return [];
      }
    });
}
