import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FILES = ['libs/telemetry/src/index.ts', 'libs/contracts/src/index.ts', 'apps/gateway/src/main.ts'];
let eslint: ESLint;
beforeAll(async () => {
  eslint = new ESLint({ cwd: ROOT });
  // The first look at a project takes seconds.
  for (const file of FILES) await lint('', file);
});

/** What lint says of this statement in that file. */
async function lint(statement: string, file: string): Promise<string[]> {
  const source = `declare const api: any, context: any, storage: any, tracer: any, active: any;\n${statement}\nexport {};\n`;
  const [result] = await eslint.lintText(source, { filePath: `${ROOT}${file}` });
  return result!.messages.filter(({ ruleId }) => ruleId === 'no-restricted-syntax').map(({ message }) => message);
}

it.each([
  ['context.attach(active);', 'attach() leaks'],
  ['api.context.attach(active);', 'attach() leaks'],
  ['storage.enterWith(active);', 'enterWith() leaks'],
])('lint refuses what leaks its context to the caller, everywhere: %s', async (statement, message) => {
  for (const file of FILES) expect(await lint(statement, file)).toEqual([expect.stringContaining(message)]);
});

it.each(['tracer.startSpan("step");', 'tracer.startActiveSpan("step", () => {});'])(
  'lint refuses spans that can be forgotten outside this library: %s',
  async (statement) => {
    for (const file of FILES.slice(1))
      expect(await lint(statement, file)).toEqual([expect.stringContaining('use withSpan()')]);
    expect(await lint(statement, 'libs/telemetry/src/index.ts')).toEqual([]);
  },
);
