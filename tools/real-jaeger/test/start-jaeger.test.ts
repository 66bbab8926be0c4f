import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findJaegerBinary, startJaeger } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'real-jaeger-'));
afterAll(() => rmSync(folder, { recursive: true }));

function script(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${content}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('findJaegerBinary', () => {
  it('takes what JAEGER_BIN names, before PATH', () => {
    const named = script('named', 'exit 0');
    script('jaeger', 'exit 0');
    expect(findJaegerBinary({ JAEGER_BIN: named, PATH: folder })).toBe(named);
  });

  it('finds a jaeger on PATH', () => {
    const jaeger = script('jaeger', 'exit 0');
    expect(findJaegerBinary({ PATH: `/nowhere:${folder}` })).toBe(jaeger);
  });

  it('finds none', () => {
    expect(findJaegerBinary({ PATH: '/nowhere' })).toBeUndefined();
    expect(findJaegerBinary({})).toBeUndefined();
  });

  it('does not pass over a JAEGER_BIN that cannot be run', () => {
    expect(() => findJaegerBinary({ JAEGER_BIN: join(folder, 'none') })).toThrow('JAEGER_BIN does not name a file');
  });
});

describe('startJaeger', () => {
  it('shows the log of a Jaeger that ends at once', async () => {
    const binary = script('broken', 'echo "cannot bind" >&2; exit 3');
    await expect(startJaeger({ binary })).rejects.toThrow(
      /^Jaeger ended at its start with 3. Its log ends:\ncannot bind$/,
    );
  });

  it('gives up on a Jaeger that does not answer, and ends it', async () => {
    const binary = script('silent', 'echo starting; exec sleep 60');
    await expect(startJaeger({ binary, timeoutMs: 300 })).rejects.toThrow('Jaeger did not answer within 300 ms');
  });

  it('says that a file cannot be run', async () => {
    await expect(startJaeger({ binary: join(folder, 'none') })).rejects.toThrow('Jaeger cannot be run');
  });

  const real = findJaegerBinary();
  it.skipIf(real === undefined)('starts a real one and ends it', async () => {
    const jaeger = await startJaeger();
    expect((await fetch(`${jaeger.url}/api/v3/services`)).status).toBe(200);
    await jaeger.stop();
    await expect(fetch(jaeger.url)).rejects.toThrow();
    await jaeger.stop();
  });
});
