import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSpanReceiver, type SpanReceiver } from '../src/testing/index.js';
import { runProgram } from './support/run-program.js';

const PROGRAM = fileURLToPath(new URL('support/worker-program.mjs', import.meta.url));

let receiver: SpanReceiver;
beforeAll(async () => {
  receiver = await startSpanReceiver();
});
afterAll(() => receiver.stop());

it('a worker thread takes the request up, its answer too, and no span is lost when both end by themselves', async () => {
  const run = await runProgram(['--import', '@epro/telemetry/register', PROGRAM], receiver.env);
  expect(run).toMatchObject({ code: 0, errors: '' });
  const spans = receiver.traceSpans();
  const of = (name: string) => spans.find((span) => span.name === name) ?? expect.fail(`no span ${name}`);
  expect(spans.map(({ name }) => name).toSorted()).toEqual(['answer', 'in worker', 'request']);
  expect(of('in worker').parentSpanId).toBe(of('request').spanId);
  expect(of('answer').parentSpanId).toBe(of('in worker').spanId);
});
