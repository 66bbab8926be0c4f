import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RulesFile } from './rules-file.js';
import type { SamplingRules } from './sampling-rules.js';
import { watchRules } from './watch-rules.js';

const rules = (otherwise: number) => JSON.stringify({ rules: [], otherwise });
const BAD = '{"rules":[{"sample":3}],"otherwise":2}';
const warnings: string[] = [];
let folder: string;
let path: string;
/** The share that is in force. */
let share: unknown;
const onRules = (now: SamplingRules) => {
  share = now.rules.at(-1)?.kept.result.attributes?.['epro.sampling.ratio'];
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'epro-rules-'));
  path = join(folder, 'rules.json');
  warnings.length = 0;
  share = undefined;
  const ignore = () => {};
  diag.setLogger(
    { error: ignore, warn: (message) => warnings.push(message), info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
});
afterEach(async () => {
  diag.disable();
  await rm(folder, { recursive: true });
});

it('watchRules looks by itself, until it is ended', async () => {
  await writeFile(path, rules(1));
  const stop = watchRules({ path, onRules, intervalMs: 5 });
  expect(share).toBe(1);
  await writeFile(path, rules(0.5));
  await vi.waitFor(() => expect(share).toBe(0.5), { timeout: 5000, interval: 5 });
  const looks = vi.spyOn(RulesFile.prototype, 'look');
  stop();
  const after = looks.mock.calls.length;
  const another = watchRules({ path, onRules: () => {}, intervalMs: 1 });
  await vi.waitFor(() => expect(looks.mock.contexts.slice(after).length).toBeGreaterThan(10), { timeout: 5000 });
  another();
  expect(new Set(looks.mock.contexts.slice(after)).size).toBe(1);
});

describe('RulesFile', () => {
  it('takes up a file that is written anew, and one that is put in its place', async () => {
    await writeFile(path, rules(1));
    const file = new RulesFile(path, onRules);
    await writeFile(path, rules(0.75));
    await file.look();
    expect(share).toBe(0.75);
    await writeFile(`${path}.new`, rules(0.5));
    await rename(`${path}.new`, path);
    await file.look();
    expect(share).toBe(0.5);
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
    const file = new RulesFile(path, onRules);
    expect(share).toBe(1);
    await symlink('two', join(folder, '..next'));
    await rename(join(folder, '..next'), join(folder, '..data'));
    await file.look();
    expect(share).toBe(0.75);
  });

  it('keeps the rules when a new file is bad, and says so once with every problem', async () => {
    await writeFile(path, rules(0.75));
    const file = new RulesFile(path, onRules);
    await writeFile(path, BAD);
    for (let i = 0; i < 4; i++) await file.look();
    expect(warnings).toEqual([
      expect.stringMatching(
        /EPRO_SAMPLING_RULES.*\n.*rules\[0\]\.name.*\n.*rules\[0\]\.sample.*\n.*otherwise.*\nThe rules stay/,
      ),
    ]);
    expect(share).toBe(0.75);
    await writeFile(path, rules(1));
    await file.look();
    expect(share).toBe(1);
  });

  it('keeps the rules while the file is missing, and says so once each time', async () => {
    await writeFile(path, rules(0.75));
    const file = new RulesFile(path, onRules);
    for (const times of [1, 2]) {
      await rm(path);
      for (let i = 0; i < 3; i++) await file.look();
      expect(warnings).toEqual(Array.from({ length: times }, () => expect.stringContaining('ENOENT') as string));
      expect(share).toBe(0.75);
      await writeFile(path, rules(0.75));
      await file.look();
    }
  });

  it('takes no file that is still being written for a bad one', async () => {
    await writeFile(path, rules(0));
    const file = new RulesFile(path, onRules);
    await writeFile(path, rules(0.5).slice(0, 9));
    await file.look();
    expect(share).toBe(0);
    await writeFile(path, rules(0.5));
    await file.look();
    expect(share).toBe(0.5);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['bad', BAD, /EPRO_SAMPLING_RULES[^]*rules\[0\]\.name[^]*rules\[0\]\.sample[^]*otherwise/],
    ['missing', undefined, /EPRO_SAMPLING_RULES[^]*ENOENT/],
  ])('does not start with a file that is %s', async (_what, text, message) => {
    if (text !== undefined) await writeFile(path, text);
    expect(() => new RulesFile(path, onRules)).toThrow(message);
  });
});
