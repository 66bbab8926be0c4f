import { expectNoOpenSpans, expectTrace, span, startTestTelemetry } from '@epro/telemetry/testing';
import { it } from 'vitest';
import { JobQueue } from './job-queue.js';

const telemetry = startTestTelemetry();

it('a job continues the trace of whoever sent it', async () => {
  const queue = new JobQueue();
  queue.send('reminder');
  queue.processAll();
  await expectTrace(telemetry).toMatch(span.internal('send reminder', span.internal('process reminder')));
  await expectNoOpenSpans(telemetry);
});
