import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SECRET = 'I feel Jane';

/** What a process prints that ends by what it throws and nobody catches. */
function output(thrown: string, { serving }: { serving: boolean }): string {
  const program = `
    import { Logger } from '@nestjs/common';
    import { createLogger, shutdownOnSignal, verifyInstrumentation } from '@epro/telemetry';
    Logger.overrideLogger(createLogger());
    shutdownOnSignal({ close: async () => {} });
    ${serving ? 'await verifyInstrumentation({});' : ''}
    setImmediate(() => { throw ${thrown}; });`;
  const args = ['--import', '@epro/telemetry/register', '--input-type=module', '--eval', program];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { PATH: process.env['PATH'], OTEL_SDK_DISABLED: 'true' },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  return stdout + stderr;
}

describe('an error that nobody catches', () => {
  it.each([
    `new RangeError('${SECRET}')`,
    `'${SECRET}'`,
    `{ message: '${SECRET}' }`,
    `new Error('x', { cause: new Error('${SECRET}') })`,
    `Object.assign(new Error('${SECRET}'), { detail: '${SECRET}', code: '22P02' })`,
  ])('while the process serves is logged without a word of its text: %s', (thrown) => {
    const printed = output(thrown, { serving: true });
    expect(printed).toMatch(/"level":"fatal".*"err":{"type":"\w+Error|"type":"Error"/);
    expect(printed).not.toContain('Jane');
  });

  it('while the process starts says what is wrong', () => {
    expect(output(`new Error('Port 1 is taken.')`, { serving: false })).toContain('Port 1 is taken.');
  });
});
