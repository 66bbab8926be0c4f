import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchResult } from '../src/report/bench-result.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'epro-bench-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function bench(...args: string[]) {
  const file = join(folder, 'results/latest.json');
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, BENCH_RESULT_FILE: file } });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const [output, errors, [status]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { status, output, errors, file };
}

describe('npm run bench', () => {
  it('measures the real services, says so, and writes the figures down', { timeout: 120_000 }, async () => {
    const { status, output, errors, file } = await bench(
      '--quick',
      '--variants=off,on',
      '--seconds=1',
      '--connections=4',
    );
    expect(errors).toBe('');
    expect(status).toBe(0);
    expect(output).toMatch(/^1\/1 off .*subm\.\/s \d+/m);
    expect(output).toMatch(/^CPU, on \/ off .*(met|NOT MET)$/m);
    const { variants, ratiosToOff } = JSON.parse(await readFile(file, 'utf8')) as BenchResult;
    expect(Object.keys(variants)).toEqual(['off', 'on']);
    for (const variant of Object.values(variants)) {
      expect(variant).toMatchObject({ rounds: 1, droppedSpans: 0, failed: 0, flaws: {} });
      for (const figure of ['submissionsPerSecond', 'p50Ms', 'p99Ms', 'cpuSecondsPer1000', 'rssMb'] as const) {
        expect(variant[figure]).toBeGreaterThan(0);
      }
    }
    expect(variants.off).toMatchObject({ spansPerSubmission: 0, completeShare: null });
    expect(variants.on?.spansPerSubmission).toBeGreaterThan(10);
    expect(variants.on).toMatchObject({ completeShare: 1 });
    expect(ratiosToOff.off).toMatchObject({ submissionsPerSecond: 1, p50Ms: 1, cpuSecondsPer1000: 1, rssMb: 1 });
    expect(ratiosToOff.on?.submissionsPerSecond).toBeGreaterThan(0);
  });

  it('says what is wrong with a command line, and starts nothing', async () => {
    const { status, errors, output } = await bench('--variants', 'offf');
    expect({ status, output }).toEqual({ status: 2, output: '' });
    expect(errors).toContain('--variants takes a list of off, on');
  });
});
