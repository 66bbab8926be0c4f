import { Agent, request } from 'node:http';
import { randomUUID } from 'node:crypto';
import { SUBMISSION_CONTRACTS } from '@epro/trace-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phq9 } from './support/api.js';
import { BACKENDS } from './support/backends.js';
import { startPlatform, type Platform } from './support/platform.js';

describe('SIGTERM to the gateway under load over kept-alive connections', () => {
  let platform: Platform;
  let patient: string;

  beforeAll(async () => {
    platform = await startPlatform(BACKENDS[0]!);
    patient = await platform.api.signIn('aurora', 'patient-1');
  });
  afterAll(() => platform.stop());

  it('loses neither an accepted submission nor a span of one', { timeout: 60_000 }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    const accepted: string[] = [];
    let refused = false;
    const send = async () => {
      while (!refused) {
        const answer = await submit(platform.system.urls.gateway, patient, agent).catch(() => undefined);
        if (answer?.status === 201) accepted.push(answer.traceId);
        else refused = true;
      }
    };
    const senders = Array.from({ length: 16 }, send);
    while (accepted.length < 100) await new Promise(setImmediate);
    await platform.system.services.gateway.kill('SIGTERM');
    await Promise.all(senders);
    agent.destroy();
    expect(accepted.length).toBeGreaterThanOrEqual(100);
    for (const traceId of accepted) await platform.completeTrace(traceId, SUBMISSION_CONTRACTS.accepted);
    // Nor is one stored whose answer never went out.
    expect(await platform.countSubmissions()).toBe(accepted.length);
  });
});

function submit(url: string, token: string, agent: Agent): Promise<{ status: number; traceId: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    };
    const call = request(`${url}/api/v1/submissions`, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, traceId: String(response.headers['x-trace-id']) });
      });
    });
    call.once('error', reject);
    call.end(JSON.stringify(phq9()));
  });
}
