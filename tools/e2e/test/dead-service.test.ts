import { randomUUID } from 'node:crypto';
import { SUBMISSION_CONTRACTS, type TraceContract } from '@epro/trace-contract';
import type { ServiceName } from '@epro/system';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAnalysed, phq9 } from './support/api.js';
import { BACKENDS } from './support/backends.js';
import { startPlatform, type Platform } from './support/platform.js';

const { accepted, acceptedAnalysisDown, authDown, storageDown, validationDown } = SUBMISSION_CONTRACTS;

describe('with a service killed', () => {
  let platform: Platform;
  let patient: string;

  beforeAll(async () => {
    platform = await startPlatform(BACKENDS[0]!);
    patient = await platform.api.signIn('aurora', 'patient-1');
  });
  afterAll(() => platform.stop());

  it.each<[ServiceName, TraceContract]>([
    ['auth', authDown],
    ['validation', validationDown],
    ['storage', storageDown],
  ])('%s: a submission is a 503 that says when to come back, and stores nothing', async (name, contract) => {
    const service = platform.system.services[name];
    await service.kill('SIGKILL');
    const key = randomUUID();
    const answer = await platform.api.submit(patient, phq9(), key);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ status: 503, traceId: answer.traceId, requestId: answer.traceId });
    expect(await platform.countSubmissions(key)).toBe(0);
    await platform.completeTrace(answer.traceId, contract);
    expect((await platform.api.call('GET', '/readyz')).status).toBe(503);

    await service.restart();
    await untilAccepted(platform, patient, () => key);
    expect(await platform.countSubmissions(key)).toBe(1);
  });

  it('analysis: a submission stays accepted, and its analysis is pending', async () => {
    const service = platform.system.services.analysis;
    await service.kill('SIGKILL');
    const key = randomUUID();
    const answer = await platform.api.submit(patient, phq9(2), key);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      scores: [{ instrument: 'phq-9', score: 18 }],
      alerts: [{ rule: 'phq9-item9', level: 'critical' }],
      analysis: { status: 'pending' },
    });
    expect(await platform.countSubmissions(key)).toBe(1);
    await platform.completeTrace(answer.traceId, acceptedAnalysisDown);
    expect((await platform.api.call('GET', '/readyz')).status).toBe(200);

    await service.restart();
    const traceId = await untilAccepted(platform, patient, randomUUID);
    await platform.completeTrace(traceId, accepted);
  });
});

/** The gateway finds a service that is back within its reconnect back-off, a second. */
async function untilAccepted(platform: Platform, token: string, key: () => string): Promise<string> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const answer = await platform.api.submit(token, phq9(), key());
    if (isAnalysed(answer)) return answer.traceId;
    if (Date.now() > deadline)
      throw new Error(`Ten seconds after the restart: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}
