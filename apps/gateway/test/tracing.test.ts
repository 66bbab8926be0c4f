import { connect } from 'node:net';
import { expectTrace, span, startTestTelemetry } from '@epro/telemetry/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { KEY, RESPONSE } from './support/fixtures.js';
import { startTestGateway, submission, type TestGateway } from './support/test-gateway.js';

const telemetry = startTestTelemetry();
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

it('makes one trace of a submission, and says on each of its spans whose it is', async () => {
  telemetry.reset();
  const { headers } = await gateway.call(
    'POST',
    '/api/v1/submissions',
    submission(RESPONSE, { 'idempotency-key': KEY, 'x-request-id': 'visit-7' }),
  );
  const attributes = {
    'request.id': 'visit-7',
    'tenant.id': 'aurora',
    'patient.id': 'AUR-0001',
    'user.id': 'user-of-patient',
    'user.role': 'participant',
    'study.id': 'AUR-STUDY-1',
    'site.id': 'AUR-SITE-1',
  };
  const call = (method: string, expected = {}) => span.client(method, expected, span.server(method));
  const [{ traceId } = expect.fail()] = await expectTrace(telemetry).toMatch(
    span.server(
      'POST /api/v1/submissions',
      { attributes },
      call('epro.auth.v1.AuthService/VerifyToken'),
      call('epro.validation.v1.ValidationService/ValidateSubmission', { attributes }),
      call('epro.storage.v1.StorageService/SaveSubmission', { attributes }),
      call('epro.analysis.v1.AnalysisService/AnalyzeSubmission', { attributes }),
    ),
  );
  expect(headers.get('x-trace-id')).toBe(traceId);
});

it('traces what is refused before any handler runs, under its route', async () => {
  telemetry.reset();
  await gateway.call('POST', '/api/v1/submissions', submission('{', { 'idempotency-key': KEY }));
  const span = await vi.waitFor(() => telemetry.span('POST /api/v1/submissions'), { timeout: 5000, interval: 5 });
  expect(span.attributes['http.response.status_code']).toBe(400);
});

it('never traces health, nor the questions it asks', async () => {
  telemetry.reset();
  await gateway.get('/readyz');
  await gateway.get('/healthz');
  await gateway.get('/nowhere');
  await vi.waitFor(() => telemetry.span('GET'), { timeout: 5000, interval: 5 });
  expect(telemetry.spans().map(({ name }) => name)).toEqual(['GET']);
});

it('names the trace of a request whose body cannot be read', async () => {
  telemetry.reset();
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.end(
    'POST /api/v1/submissions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
  );
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  const span = await vi.waitFor(() => telemetry.span('POST /api/v1/submissions'), { timeout: 5000, interval: 5 });
  expect(answer).toContain(`x-trace-id: ${span.spanContext().traceId}`);
});
