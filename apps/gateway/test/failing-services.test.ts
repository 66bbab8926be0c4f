import { request as httpRequest, type IncomingMessage } from 'node:http';
import { currentDeadline, DomainError } from '@epro/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KEY, MARKER, QUESTIONNAIRE_REF, RESPONSE, SUBMISSION } from './support/fixtures.js';
import { bearer, startTestGateway, submission, type TestGateway } from './support/test-gateway.js';

let gateway: TestGateway;
afterEach(() => gateway.stop());

const submit = () => gateway.call('POST', '/api/v1/submissions', submission(RESPONSE, { 'idempotency-key': KEY }));

const never = () => new Promise<never>(() => {});

describe('a service that is down', () => {
  it.each(['auth', 'validation', 'storage'] as const)(
    '%s: 503 with Retry-After, and nothing is stored',
    async (name) => {
      gateway = await startTestGateway();
      gateway.services.servers[name].kill();
      const { status, headers, json } = await submit();
      expect(status).toBe(503);
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
      expect(json['code']).toBe('SERVICE_UNAVAILABLE');
      expect(gateway.services.saved).toEqual([]);
    },
  );

  it('analysis: the submission is accepted, its analysis pending', async () => {
    gateway = await startTestGateway();
    gateway.services.servers.analysis.kill();
    const { status, json } = await submit();
    expect(status).toBe(201);
    expect(json['analysis']).toEqual({ status: 'pending' });
  });

  it('stops concerning once it is back', async () => {
    gateway = await startTestGateway();
    gateway.services.handlers.saveSubmission = () => {
      throw new DomainError('UNAVAILABLE', 'DATABASE_UNAVAILABLE', 'The database is not reachable. Try again later.');
    };
    expect((await submit()).json['code']).toBe('DATABASE_UNAVAILABLE');
    gateway.services.reset();
    expect((await submit()).status).toBe(201);
  });
});

describe('a service that is too slow', () => {
  it.each(['verifyToken', 'validateSubmission', 'saveSubmission'] as const)(
    '%s: 503 with Retry-After',
    async (method) => {
      gateway = await startTestGateway({ requestTimeoutMs: 200 });
      gateway.services.handlers[method] = never;
      const { status, headers, json } = await submit();
      expect(status).toBe(503);
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
      expect(json['code']).toBe('DEADLINE_EXCEEDED');
    },
  );

  it('analysis: the submission is accepted long before the request runs out of time', async () => {
    gateway = await startTestGateway({ requestTimeoutMs: 60_000, analysisTimeoutMs: 100 });
    gateway.services.handlers.analyzeSubmission = never;
    const { status, json } = await submit();
    expect(status).toBe(201);
    expect(json['analysis']).toEqual({ status: 'pending' });
  });

  it('leaves analysis no more than what is left of the request', async () => {
    gateway = await startTestGateway({ requestTimeoutMs: 300, analysisTimeoutMs: 60_000 });
    gateway.services.handlers.analyzeSubmission = never;
    expect((await submit()).json['analysis']).toEqual({ status: 'pending' });
  });
});

describe('a service that fails', () => {
  it.each(['verifyToken', 'validateSubmission', 'saveSubmission'] as const)(
    '%s: 500 that says nothing of the cause',
    async (method) => {
      gateway = await startTestGateway();
      gateway.services.handlers[method] = () => {
        throw new Error(MARKER);
      };
      const { status, json } = await submit();
      expect(status).toBe(500);
      expect(json['code']).toBe('INTERNAL_ERROR');
    },
  );

  it.each([
    ['verifyToken', { identity: undefined }],
    ['validateSubmission', { questionnaire: undefined, issues: [] }],
    ['saveSubmission', { submission: undefined, replayed: false }],
  ] as const)('%s: 500 where it answers without what it must', async (method, response) => {
    gateway = await startTestGateway();
    Object.assign(gateway.services.handlers, { [method]: () => response });
    expect((await submit()).status).toBe(500);
  });

  it.each(['/api/v1/questionnaires/phq-9', `/api/v1/submissions/${SUBMISSION.id}`])('%s: so too', async (path) => {
    gateway = await startTestGateway();
    const nothing = () => ({ questionnaire: undefined, submission: undefined, questionnaireResponse: Buffer.alloc(0) });
    Object.assign(gateway.services.handlers, { getQuestionnaire: nothing, getSubmission: nothing });
    expect((await gateway.get(path, 'patient')).status).toBe(500);
  });
});

describe('the time of a request', () => {
  it('starts with the end of its body and is handed to every service, also where the body came in pieces', async () => {
    const requestTimeoutMs = 400;
    gateway = await startTestGateway({ requestTimeoutMs, analysisTimeoutMs: 60_000 });
    const deadlines: (number | undefined)[] = [];
    const noting =
      <Response>(response: Response) =>
      () => {
        deadlines.push(currentDeadline());
        return response;
      };
    Object.assign(gateway.services.handlers, {
      validateSubmission: noting({ questionnaire: QUESTIONNAIRE_REF, issues: [] }),
      saveSubmission: noting({ submission: SUBMISSION, replayed: false }),
      analyzeSubmission: noting({ analysis: undefined }),
    });

    const { promise, resolve } = Promise.withResolvers<IncomingMessage>();
    const headers = { ...bearer('patient'), 'content-type': 'application/json', 'idempotency-key': KEY };
    const upload = httpRequest(`${gateway.url}/api/v1/submissions`, { method: 'POST', headers }, resolve);
    const started = Date.now();
    upload.write(RESPONSE.slice(0, 100));
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(started + requestTimeoutMs + 100), { timeout: 5000 });
    const sent = Date.now();
    upload.end(RESPONSE.slice(100));
    const response = await promise;
    response.resume();

    expect(response.statusCode).toBe(201);
    expect(deadlines).toHaveLength(3);
    for (const deadline of deadlines) {
      expect(deadline).toBeGreaterThan(sent);
      expect(deadline).toBeLessThanOrEqual(Date.now() + requestTimeoutMs);
    }
    // One deadline for all, to the millisecond that gRPC's encoding of it may lose.
    expect(Math.max(...(deadlines as number[])) - Math.min(...(deadlines as number[]))).toBeLessThan(50);
  });
});
