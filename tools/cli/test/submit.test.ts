import { findQuestionnaire } from '@epro/instruments';
import { SUBMISSION_CONTRACTS, type TraceContract, type TraceSpan } from '@epro/trace-contract';
import { describe, expect, it } from 'vitest';
import { run } from './support/run.js';
import { serveJaeger } from './support/serve-jaeger.js';
import { serveJson } from './support/serve-json.js';
import { completeTrace } from './support/traces.js';

const { accepted, acceptedAnalysisDown, rejected, replayed, storageDown } = SUBMISSION_CONTRACTS;
const stored = {
  submissionId: '0198f0c4-7a3e-7c11-9d52-3f1f6a2b9c10',
  version: 1,
  scores: [{ instrument: 'phq-9', score: 13, severity: 'moderate' }],
  alerts: [{ rule: 'phq9-item9', level: 'critical' }],
};
const complete = { ...stored, analysis: { status: 'complete' } };

interface Submitted {
  key: string;
  body: { subject: { reference: string }; item: { linkId: string }[] };
}

/** A system that answers submissions as told, one after the other, and leaves a trace of each. */
async function system(
  answers: { status: number; body: unknown; contract: TraceContract }[],
  { change = (trace: TraceSpan[]) => trace, password = '' } = {},
) {
  const jaeger = await serveJaeger();
  const submitted: Submitted[] = [];
  const url = await serveJson(({ url: { pathname }, method, headers, body }) => {
    if (pathname === '/api/v1/auth/token') {
      const isRight = (body as { password: string }).password === 'demo-password';
      return isRight
        ? { body: { access_token: 'token' } }
        : { status: 401, body: { title: 'Unauthorized', code: 'SIGN_IN_REFUSED', detail: 'Wrong name or password.' } };
    }
    if (headers.authorization !== 'Bearer token') return { status: 401, body: {} };
    if (pathname === '/api/v1/me') return { body: { patientId: 'AUR-0001' } };
    const questionnaire = findQuestionnaire(pathname.split('/').at(-1) ?? '');
    if (questionnaire) return { body: questionnaire };
    if (method !== 'POST') return { status: 404, body: { code: 'NO_SUCH_RESOURCE' } };
    const { status, body: answer, contract } = answers[submitted.length] ?? expect.fail('submitted too often');
    submitted.push({ key: String(headers['idempotency-key']), body: body as Submitted['body'] });
    const trace = completeTrace(contract, 0);
    jaeger.spans.push(...change(trace));
    return { status, headers: { 'x-trace-id': trace[0]?.traceId ?? '' }, body: answer };
  });
  const submit = (...options: string[]) =>
    run(['submit', '--url', url, '--jaeger', jaeger.url, '--wait', '1s', ...options], { EPRO_PASSWORD: password });
  return { submit, submitted, jaeger };
}

describe('submit', () => {
  it('sends a PHQ-9 and shows the answer and its complete trace as a tree', async () => {
    const { submit, submitted, jaeger } = await system([{ status: 201, body: complete, contract: accepted }]);
    const { code, out } = await submit();
    expect(submitted[0]?.body.subject.reference).toBe('Patient/AUR-0001');
    expect(submitted[0]?.body.item).toHaveLength(10);
    expect(out).toMatch(/^POST \/api\/v1\/submissions {2}201 /);
    expect(out).toContain('phq-9: score 13, moderate');
    expect(out).toContain('alert phq9-item9 (critical)');
    expect(out).toContain(`${jaeger.url}/trace/${jaeger.spans[0]?.traceId}`);
    for (const { name } of jaeger.spans) expect(out).toContain(name);
    expect(out).toContain(`Complete: ${jaeger.spans.length} spans in 5 services`);
    expect(code).toBe(0);
  });

  it('says what the trace lacks, and exits 1', async () => {
    const { submit } = await system([{ status: 201, body: complete, contract: accepted }], {
      change: (trace) => trace.filter(({ name }) => name !== 'saveToDatabase'),
    });
    const { code, out } = await submit();
    expect(out).toMatch(/Not complete, held against "accepted submission \(201\)":\n {2}- .*saveToDatabase/);
    expect(code).toBe(1);
  });

  it('exits 1 where no span of the trace arrives', async () => {
    const { submit } = await system([{ status: 201, body: complete, contract: accepted }], { change: () => [] });
    expect(await submit()).toMatchObject({ code: 1, err: expect.stringContaining('No span of the trace') as string });
  });

  it('holds an accepted submission without analysis against its own contract', async () => {
    const pending = { ...stored, analysis: { status: 'pending' } };
    const { submit } = await system([{ status: 201, body: pending, contract: acceptedAnalysisDown }]);
    expect(await submit()).toMatchObject({ code: 0, out: expect.stringContaining('analysis pending') as string });
  });

  it('leaves a required answer out when asked to, and shows what is refused', async () => {
    const body = {
      code: 'SUBMISSION_REJECTED',
      detail: 'It does not fit.',
      errors: [{ rule: 'EPRO-REQ-001', message: 'The item /44250-9 must be answered.' }],
    };
    const { submit, submitted } = await system([{ status: 422, body, contract: rejected }]);
    const { code, out } = await submit('--invalid');
    expect(submitted[0]?.body.item.map(({ linkId }) => linkId)).not.toContain('/44250-9');
    expect(out).toContain('422 SUBMISSION_REJECTED It does not fit.');
    expect(out).toContain('EPRO-REQ-001: The item /44250-9 must be answered.');
    expect(code).toBe(0);
  });

  it('sends the same twice for a replay, and shows the second', async () => {
    const { submit, submitted, jaeger } = await system([
      { status: 201, body: complete, contract: accepted },
      { status: 200, body: complete, contract: replayed },
    ]);
    const { code, out } = await submit('--replay', '--instrument', 'gad-7');
    expect(submitted[1]).toEqual(submitted[0]);
    expect(out).toContain(`/trace/${jaeger.spans.at(-1)?.traceId}`);
    expect(out).toContain(replayed.title);
    expect(code).toBe(0);
  });

  it('exits 3 where the answer is another one, and still shows its trace', async () => {
    const body = { code: 'SERVICE_UNAVAILABLE', detail: 'epro.storage.v1.StorageService is not reachable.' };
    const { submit } = await system([{ status: 503, body, contract: storageDown }]);
    const { code, out } = await submit();
    expect(out).toContain('503 SERVICE_UNAVAILABLE');
    expect(out).toMatch(/SaveSubmission .*ERROR UNAVAILABLE/);
    expect(code).toBe(3);
  });

  it('says why it could not sign in, and exits 4', async () => {
    const { submit } = await system([], { password: 'another' });
    const { code, err } = await submit();
    expect(err).toBe('Could not sign in: 401 SIGN_IN_REFUSED Wrong name or password.');
    expect(code).toBe(4);
  });

  it('says when there is no such questionnaire, and exits 4', async () => {
    const { submit } = await system([]);
    const { code, err } = await submit('--instrument', 'unknown');
    expect(err).toBe('Could not get the questionnaire: 404 NO_SUCH_RESOURCE');
    expect(code).toBe(4);
  });

  it('says how to start the system where none answers, and exits 4', async () => {
    const { code, err } = await run(['submit'], { GATEWAY_PORT: '9' });
    expect(err).toContain('http://localhost:9 does not answer');
    expect(err).toContain('npm run demo');
    expect(code).toBe(4);
  });

  it('exits 2 for options that exclude each other', async () => {
    expect(await run(['submit', '--invalid', '--replay'])).toMatchObject({ code: 2 });
  });
});
