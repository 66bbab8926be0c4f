import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PROGRAM = `
  import { diag } from '@opentelemetry/api';
  import { globalErrorHandler } from '@opentelemetry/core';
  for (let i = 0; i < 5; i++) globalErrorHandler(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'X' }));
  diag.warn('Rules cannot be used:\\n  the first\\nThey stay.');
  diag.error('Not sent:', new Error('no answer'), { secret: 'answer' });
  diag.info('not said');
`;

/** In a process of its own, because log lines go to stdout past everything that could listen. */
function logLines(): Record<string, unknown>[] {
  const args = ['--import', '@epro/telemetry/register', '--input-type=module', '--eval', PROGRAM];
  const output = execFileSync(process.execPath, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    // No backend for these lines, or each that cannot be sent would make another.
    env: { PATH: process.env['PATH'], OTEL_SERVICE_NAME: 'test', OTEL_TRACES_EXPORTER: 'none' },
    encoding: 'utf8',
  });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('says what goes wrong in telemetry in the log, in one line, and once', () => {
  const lines = logLines();
  expect(lines).toMatchObject([
    { level: 'error', msg: 'connect ECONNREFUSED 127.0.0.1:1' },
    { level: 'warn', msg: 'Rules cannot be used: the first They stay.' },
    { level: 'error', msg: 'Not sent: no answer' },
  ]);
  for (const line of lines) expect(line).toMatchObject({ component: 'OpenTelemetry', service: 'test' });
});
