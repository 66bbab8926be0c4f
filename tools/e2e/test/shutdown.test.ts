import { Agent, request } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { ServiceName } from '@epro/system';
import { classifyTrace, SUBMISSION_CONTRACTS, type TraceSpan } from '@epro/trace-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAnalysed, phq9 } from './support/api.js';
import { BACKENDS } from './support/backends.js';
import { Load } from './support/load.js';
import { startPlatform, violationsOf, type Platform } from './support/platform.js';

let platform: Platform;
let patient: string;

beforeAll(async () => {
  platform = await startPlatform(BACKENDS[0]!);
  patient = await platform.api.signIn('aurora', 'patient-1');
});
afterAll(() => platform?.stop());

describe('SIGTERM under load', () => {
  it.each<ServiceName>(['auth', 'validation', 'storage', 'analysis'])(
    'to %s loses no span: every submission is one trace as its answer says, accepted or not',
    { timeout: 60_000 },
    async (name) => {
      const before = await platform.countSubmissions();
      const load = new Load(platform, patient);
      await load.more(50);
      await platform.system.services[name].kill('SIGTERM');
      await load.more(20);
      await platform.system.services[name].restart();
      await load.until(() => load.answers.slice(-1).some(isAnalysed));
      const answers = await load.stop();
      const accepted = answers.filter(({ status }) => status === 201);
      expect(accepted.length).toBeGreaterThan(40);
      expect(answers.map(({ status }) => status).filter((status) => status !== 201 && status !== 503)).toEqual([]);
      for (const { traceId, status } of answers) {
        const spans = await platform.jaeger.waitForTrace(traceId, { until: isWhole, timeoutMs: 15_000 });
        expect(classifyTrace(spans)?.id).toMatch(status === 201 ? /^submission-accepted/ : /-(down|failed)$/);
      }
      // Nor is one stored whose answer says otherwise.
      expect(await platform.countSubmissions()).toBe(before + accepted.length);
    },
  );

  it(
    'to the gateway, over kept-alive connections, loses neither an accepted submission nor a span of one',
    { timeout: 60_000 },
    async () => {
      const before = await platform.countSubmissions();
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
      expect(await platform.countSubmissions()).toBe(before + accepted.length);
    },
  );
});

const isWhole = (spans: readonly TraceSpan[]) => violationsOf(spans).length === 0;

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
