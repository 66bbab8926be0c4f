import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runProgram } from './support/run-program.js';

const OTHER_SDK = fileURLToPath(new URL('support/other-sdk.mjs', import.meta.url));

it('a process that another SDK traces already does not start, and says why', async () => {
  const args = ['--import', OTHER_SDK, '--import', '@epro/telemetry/register', '--eval', '1'];
  const { code, errors } = await runProgram(args, { OTEL_TRACES_EXPORTER: 'none' });
  expect(code).toBe(1);
  expect(errors).toMatch(/Another OpenTelemetry SDK traces this process already\. Load it or .*, not both\./);
});
