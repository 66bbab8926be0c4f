import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decide } from './decide.js';
import { watchRules } from './watch-rules.js';

const rules = (otherwise: number) => JSON.stringify({ rules: [], otherwise });
const warnings: string[] = [];
let folder: string;
let path: string;
let stop: (() => void) | undefined;
/** The share that is in force. */
let share: number | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'epro-rules-'));
  path = join(folder, 'rules.json');
  warnings.length = 0;
  const ignore = () => {};
  diag.setLogger(
    { error: ignore, warn: (message) => warnings.push(message), info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
});
afterEach(async () => {
  stop?.();
  stop = undefined;
  diag.disable();
  await rm(folder, { recursive: true });
});

function watch(): void {
  const traceId = '8'.padEnd(32, '0');
  const onRules = (now: Parameters<Parameters<typeof watchRules>[0]['onRules']>[0]) => {
    share = Number(decide(now, { traceId, operation: '' })?.result.attributes?.['epro.sampling.ratio'] ?? 0);
  };
  stop = watchRules({ path, onRules, intervalMs: 5 });
}
/** Another file is looked at as often: when its changes were seen, so was this one's absence. */
async function looksAgain(): Promise<void> {
  const other = join(folder, 'other.json');
  await writeFile(other, rules(0));
  let changes = 0;
  const stopOther = watchRules({ path: other, onRules: () => (changes += 1), intervalMs: 5 });
  for (const expected of [2, 3, 4]) {
    await writeFile(other, rules(1 / expected));
    await vi.waitFor(() => expect(changes).toBeGreaterThanOrEqual(expected), { timeout: 5000, interval: 5 });
  }
  stopOther();
}
const inForce = (expected: number) => vi.waitFor(() => expect(share).toBe(expected), { timeout: 5000, interval: 5 });
const warned = (count: number) =>
  vi.waitFor(() => expect(warnings).toHaveLength(count), { timeout: 5000, interval: 5 });

describe('watchRules', () => {
  it('takes up a file that is written anew, and one that is put in its place', async () => {
    await writeFile(path, rules(1));
    watch();
    expect(share).toBe(1);
    await writeFile(path, rules(0.75));
    await inForce(0.75);
    await writeFile(`${path}.new`, rules(0.7));
    await rename(`${path}.new`, path);
    await inForce(0.7);
  });

  it("takes up Kubernetes' swap of a link above the file", async () => {
    for (const [version, ratio] of [
      ['one', 1],
      ['two', 0.75],
    ] as const) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'rules.json'), rules(ratio));
    }
    await symlink('one', join(folder, '..data'));
    await symlink(join('..data', 'rules.json'), path);
    watch();
    expect(share).toBe(1);
    await symlink('two', join(folder, '..next'));
    await rename(join(folder, '..next'), join(folder, '..data'));
    await inForce(0.75);
  });

  it('keeps the rules when a new file is bad, says so once with every problem, and takes up the next good one', async () => {
    await writeFile(path, rules(0.75));
    watch();
    await writeFile(path, '{"rules":[{"sample":3}],"otherwise":2}');
    await warned(1);
    expect(warnings[0]).toMatch(
      /EPRO_SAMPLING_RULES.*\n.*rules\[0\]\.name.*\n.*rules\[0\]\.sample.*\n.*otherwise.*\nThe rules stay/,
    );
    expect(share).toBe(0.75);
    await rm(path);
    await warned(2);
    expect(warnings[1]).toContain('ENOENT');
    await looksAgain();
    expect(warnings).toHaveLength(2);
    expect(share).toBe(0.75);
    await writeFile(path, rules(1));
    await inForce(1);
    expect(warnings).toHaveLength(2);
  });

  it.each([
    ['bad', '{"rules":[{"sample":3}]}', /EPRO_SAMPLING_RULES[^]*rules\[0\]\.name[^]*rules\[0\]\.sample/],
    ['missing', undefined, /EPRO_SAMPLING_RULES[^]*ENOENT/],
  ])('does not start with a file that is %s', async (_what, text, message) => {
    if (text !== undefined) await writeFile(path, text);
    expect(watch).toThrow(message);
  });
});
