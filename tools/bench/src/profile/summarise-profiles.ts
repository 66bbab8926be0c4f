import { readdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { formatTable } from '../report/format-table.js';
import type { VariantRun } from '../variant-run.js';
import { packageOf, selfTimes, type CpuProfile, type ProfileNode } from './cpu-profile.js';

const MOST_PACKAGES = 16;
const MOST_FUNCTIONS = 30;
const IDLE = '(idle)';

/**
 * Names the profiles in a folder by their services, and says where time went while it was measured: microseconds of
 * self time for each submission.
 */
export async function summariseProfiles(folder: string, { pids, measuredFrom, measured }: VariantRun): Promise<string> {
  const packages = new Map<string, Map<string, number>>();
  const functions = new Map<string, number>();
  const services = Object.keys(pids);
  for (const file of await readdir(folder)) {
    const service = services.find((name) => file.split('.').includes(String(pids[name])));
    if (service === undefined) continue;
    const path = join(folder, `${service}.cpuprofile`);
    await rename(join(folder, file), path);
    const profile = JSON.parse(await readFile(path, 'utf8')) as CpuProfile;
    const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
    for (const [node, microseconds] of selfTimes(profile, measuredFrom)) {
      const frame = frames.get(node)!;
      if (frame.functionName === IDLE) continue;
      const each = microseconds / measured;
      const byService = packages.get(packageOf(frame)) ?? new Map<string, number>();
      packages.set(packageOf(frame), byService.set(service, (byService.get(service) ?? 0) + each));
      const name = functionName(frame);
      functions.set(name, (functions.get(name) ?? 0) + each);
    }
  }
  const total = (byService: Map<string, number>) => [...byService.values()].reduce((sum, value) => sum + value, 0);
  const ranked = [...packages].toSorted(([, a], [, b]) => total(b) - total(a));
  const row = (title: string, values: number[]) => [title, ...values.map((value) => value.toFixed(1))];
  const sums = services.map((service) => ranked.reduce((sum, [, times]) => sum + (times.get(service) ?? 0), 0));
  return [
    `Self time in µs for each of ${measured} submissions; profiles in ${folder}`,
    formatTable([
      ['package', 'all', ...services],
      row('(everything)', [sums.reduce((a, b) => a + b, 0), ...sums]),
      ...ranked
        .slice(0, MOST_PACKAGES)
        .map(([name, times]) => row(name, [total(times), ...services.map((service) => times.get(service) ?? 0)])),
    ]),
    formatTable([
      ['function', 'all'],
      ...[...functions]
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, MOST_FUNCTIONS)
        .map(([name, time]) => row(name, [time])),
    ]),
  ].join('\n\n');
}

function functionName(frame: ProfileNode['callFrame']): string {
  const { functionName: name, url, lineNumber } = frame;
  if (url === '') return name || '(native)';
  return `${name || '(anonymous)'} ${packageOf(frame)} ${basename(url)}:${lineNumber + 1}`;
}
