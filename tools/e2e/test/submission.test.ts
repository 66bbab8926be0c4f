import { randomBytes, randomUUID } from 'node:crypto';
import { READ_CONTRACTS, SIGN_IN_CONTRACTS, SUBMISSION_CONTRACTS } from '@epro/trace-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incompletePhq9, phq9 } from './support/api.js';
import { BACKENDS } from './support/backends.js';
import { startPlatform, type Platform } from './support/platform.js';

const { accepted, rejected, replayed, keyConflict, tokenMissing, tokenRefused, forbidden } = SUBMISSION_CONTRACTS;

describe.each(BACKENDS)('a submission, traced to $name', (backend) => {
  describe.skipIf(!backend.available)('', () => {
    let platform: Platform;
    let patient: string;

    beforeAll(async () => {
      platform = await startPlatform(backend);
      patient = await platform.api.signIn('aurora', 'patient-1');
    });
    afterAll(() => platform.stop());

    it('that is accepted is stored, scored, and one trace through all five services', async () => {
      const key = randomUUID();
      const answer = await platform.api.submit(patient, phq9(2), key);
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        submissionId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        version: 1,
        receivedAt: expect.stringMatching(/Z$/) as string,
        scores: [{ instrument: 'phq-9', score: 18, severity: 'moderately severe' }],
        alerts: [{ rule: 'phq9-item9', level: 'critical' }],
        analysis: { status: 'complete' },
        traceId: answer.traceId,
      });
      expect(answer.headers.get('x-request-id')).toBe(answer.traceId);
      expect(await platform.countSubmissions(key)).toBe(1);
      const spans = await platform.completeTrace(answer.traceId, accepted);
      expect(new Set(spans.map(({ service }) => service)).size).toBe(5);
      const root = spans.find(({ parentSpanId }) => !parentSpanId)!;
      expect(answer.headers.get('traceresponse')).toBe(`00-${root.traceId}-${root.spanId}-01`);
      expect(root.attributes).toMatchObject({
        'epro.submission.id': answer.body['submissionId'],
        'patient.id': 'AUR-0001',
      });
    });

    it('can be read again by its patient and by staff, and by nobody else', async () => {
      const { body } = await platform.api.submit(patient, phq9(1));
      const path = `/api/v1/submissions/${String(body['submissionId'])}`;
      const read = READ_CONTRACTS.find(({ route }) => route === '/api/v1/submissions/:id')!;
      const status = async (tenant: string, user: string) => {
        const answer = await platform.api.call('GET', path, { token: await platform.api.signIn(tenant, user) });
        const outcomes = read[user === 'coordinator' ? 'staff' : 'patient'];
        await platform.completeTrace(answer.traceId, answer.status === 200 ? outcomes.found : outcomes.notFound!);
        return answer.status;
      };
      expect(await status('aurora', 'patient-1')).toBe(200);
      expect(await status('aurora', 'coordinator')).toBe(200);
      expect(await status('aurora', 'patient-2')).toBe(404);
      expect(await status('borealis', 'patient-1')).toBe(404);
      expect(await status('borealis', 'coordinator')).toBe(404);
    });

    it('that does not fit its questionnaire is a 422 that names item and rule, and stores nothing', async () => {
      const before = await platform.countSubmissions();
      const answer = await platform.api.submit(patient, incompletePhq9());
      expect(answer.status).toBe(422);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.body).toMatchObject({
        code: 'SUBMISSION_REJECTED',
        traceId: answer.traceId,
        errors: [{ rule: 'EPRO-REQ-001', linkId: '/44250-9' }],
      });
      expect(await platform.countSubmissions()).toBe(before);
      await platform.completeTrace(answer.traceId, rejected);
    });

    it('that is sent again is the stored answer again, and stores nothing', async () => {
      const key = randomUUID();
      const first = await platform.api.submit(patient, phq9(1), key);
      const again = await platform.api.submit(patient, phq9(1), key);
      expect([first.status, again.status]).toEqual([201, 200]);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.body).toEqual(first.body);
      expect(again.traceId).not.toBe(first.traceId);
      expect(await platform.countSubmissions(key)).toBe(1);
      await platform.completeTrace(again.traceId, replayed);
    });

    it('with the key of another body is a 422, and stores nothing', async () => {
      const key = randomUUID();
      await platform.api.submit(patient, phq9(1), key);
      const answer = await platform.api.submit(patient, phq9(2), key);
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
      expect(await platform.countSubmissions(key)).toBe(1);
      await platform.completeTrace(answer.traceId, keyConflict);
    });

    it('of one key many times at once is stored once', async () => {
      const key = randomUUID();
      const answers = await Promise.all(Array.from({ length: 20 }, () => platform.api.submit(patient, phq9(1), key)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      for (const { status, headers } of answers) {
        expect([200, 201, 409]).toContain(status);
        if (status === 409) expect(headers.get('retry-after')).toMatch(/^\d+$/);
      }
      expect(await platform.countSubmissions(key)).toBe(1);
    });

    it('without a token, or with a forged one, is a 401', async () => {
      const missing = await platform.api.call('POST', '/api/v1/submissions', {
        body: phq9(),
        headers: { 'idempotency-key': randomUUID() },
      });
      const [header, , signature] = patient.split('.');
      const forged = `${header!}.${Buffer.from('{"sub":"x"}').toString('base64url')}.${signature!}`;
      const wrong = await platform.api.submit(forged, phq9());
      expect([missing.status, wrong.status]).toEqual([401, 401]);
      await platform.completeTrace(missing.traceId, tokenMissing);
      await platform.completeTrace(wrong.traceId, tokenRefused);
    });

    it('of someone who is no patient is a 403', async () => {
      const answer = await platform.api.submit(await platform.api.signIn('aurora', 'coordinator'), phq9());
      expect(answer.status).toBe(403);
      await platform.completeTrace(answer.traceId, forbidden);
    });

    it("continues its caller's trace and request id", async () => {
      const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
      const headers = {
        traceparent: `00-${traceId}-${spanId}-01`,
        'x-request-id': 'site-42-call-7',
        'x-biz-id': 'visit-3',
      };
      const answer = await platform.api.submit(patient, phq9(), randomUUID(), headers);
      expect(answer.traceId).toBe(traceId);
      expect(answer.headers.get('x-request-id')).toBe('site-42-call-7');
      const spans = await platform.completeTrace(traceId, accepted);
      expect(spans.find(({ name }) => name === 'POST /api/v1/submissions')?.parentSpanId).toBe(spanId);
      for (const { attributes } of spans)
        expect(attributes).toMatchObject({ 'request.id': 'site-42-call-7', 'biz.id': 'visit-3' });
    });

    it.each(['garbage', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`, `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01-`])(
      'starts its own trace where the traceparent is "%s"',
      async (traceparent) => {
        const answer = await platform.api.submit(patient, phq9(), randomUUID(), {
          traceparent,
          baggage: 'tenant.id=borealis,patient.id=BOR-0001',
        });
        expect(answer.status).toBe(201);
        expect(traceparent).not.toContain(answer.traceId);
        const spans = await platform.completeTrace(answer.traceId, accepted);
        expect(spans.filter(({ parentSpanId }) => !parentSpanId)).toHaveLength(1);
        for (const { attributes } of spans) expect(attributes['tenant.id']).toBe('aurora');
      },
    );

    it('is found by patient, tenant and request id from whichever service one starts', async () => {
      const { traceId } = await platform.api.submit(await platform.api.signIn('borealis', 'patient-3'), phq9());
      await platform.completeTrace(traceId, accepted);
      const searches: Record<string, string>[] = [
        { 'patient.id': 'BOR-0003' },
        { 'tenant.id': 'borealis' },
        { 'request.id': traceId },
      ];
      const window = { start: new Date(Date.now() - 600_000), end: new Date(Date.now() + 60_000) };
      for (const service of ['epro-gateway', 'epro-auth', 'epro-validation', 'epro-storage', 'epro-analysis']) {
        for (const attributes of searches) {
          const found = await platform.jaeger.findTraces({ service, attributes, ...window });
          expect(
            found.flat().map((span) => span.traceId),
            `${service} ${JSON.stringify(attributes)}`,
          ).toContain(traceId);
        }
      }
    });

    it('is preceded by a sign-in that is traced as well, and refused alike for every mistake', async () => {
      const attempt = (tenant: string, username: string, password: string) =>
        platform.api.call('POST', '/api/v1/auth/token', { body: { tenant, username, password } });
      const good = await attempt('aurora', 'patient-1', 'demo-password');
      await platform.completeTrace(good.traceId, SIGN_IN_CONTRACTS.signedIn);
      const refusals = await Promise.all([
        attempt('aurora', 'patient-1', 'wrong'),
        attempt('aurora', 'nobody', 'demo-password'),
        attempt('nowhere', 'patient-1', 'demo-password'),
      ]);
      const texts = refusals.map(({ status, body }) => [status, body['title'], body['detail'], body['code']]);
      expect(new Set(texts.map((text) => JSON.stringify(text))).size).toBe(1);
      expect(texts[0]![0]).toBe(401);
      await platform.completeTrace(refusals[0].traceId, SIGN_IN_CONTRACTS.refused);
    });

    it(
      'at 32 in parallel, a thousand times: a thousand rows, a thousand complete traces',
      { timeout: 180_000 },
      async () => {
        const before = await platform.countSubmissions();
        const answers = await inParallel(1000, 32, () => platform.api.submit(patient, phq9(1)));
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
        expect(await platform.countSubmissions()).toBe(before + 1000);
        const traceIds = new Set(answers.map(({ traceId }) => traceId));
        expect(traceIds.size).toBe(1000);
        for (const traceId of traceIds) await platform.completeTrace(traceId, accepted);
      },
    );
  });
});

async function inParallel<T>(total: number, width: number, task: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let started = 0;
  const worker = async () => {
    while (started < total) {
      started += 1;
      results.push(await task());
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
