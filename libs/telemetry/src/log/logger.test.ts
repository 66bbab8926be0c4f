import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PROGRAM = `
  import { createLogger, runDetached } from '@epro/telemetry';
  const logger = createLogger();
  const error = Object.assign(new RangeError('my answer'), { detail: 'my answer' });
  logger.error(error, 'Component');
  runDetached('job', () => logger.error(error, error.stack, 'Component'));
  const circular = {};
  circular.self = circular;
  for (const message of [circular, { count: 1n }, undefined]) logger.log(message);
  logger.log('still here');
`;

/** In a process of its own, because log lines go to stdout past everything that could listen. */
function logLines(): Record<string, unknown>[] {
  const args = ['--import', '@epro/telemetry/register', '--input-type=module', '--eval', PROGRAM];
  const output = execFileSync(process.execPath, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, OTEL_SDK_DISABLED: 'true', OTEL_SERVICE_NAME: 'test', LOG_LEVEL: 'info' },
    encoding: 'utf8',
  });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('logs the text of an error only where it belongs to no request, and never its other fields', () => {
  const [outside, inside] = logLines();
  const stack = expect.stringMatching(/^RangeError\n {4}at /) as string;
  expect(outside).toMatchObject({ level: 'error', service: 'test', component: 'Component', msg: 'RangeError' });
  expect(outside!['err']).toEqual({ type: 'RangeError', stack, message: 'my answer' });
  expect(inside!['err']).toEqual({ type: 'RangeError', stack });
  expect(JSON.stringify(inside)).not.toContain('my answer');
});

it('fails nobody who logs what cannot be written', () => {
  const lines = logLines().slice(2);
  expect(lines.map(({ msg }) => msg)).toEqual(['object', 'object', 'undefined', 'still here']);
});
