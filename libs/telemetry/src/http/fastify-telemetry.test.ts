import { connect } from 'node:net';
import { request as httpRequest } from 'node:http';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { currentRequest } from '../context/request-scope.js';
import { setBusinessContext } from '../context/set-business-context.js';
import { withSpan } from '../span/with-span.js';
import { startTestTelemetry } from '../testing/index.js';
import { registerHttpTelemetry } from './fastify-telemetry.js';

const telemetry = startTestTelemetry();
const UUID = '0198a6a0-0000-7000-8000-000000000001';
const hanging = Promise.withResolvers<void>();
let app: FastifyInstance;
let base: string;

beforeAll(async () => {
  app = fastify({ forceCloseConnections: true });
  registerHttpTelemetry(app, { untraced: ['/healthz'] });
  app.get('/healthz', () => withSpan('health step', () => currentRequest()));
  app.get('/items/:id', () => withSpan('step', () => currentRequest()));
  app.post('/items', (request) => {
    setBusinessContext({ tenantId: 'aurora' });
    return withSpan('step', () => ({ length: JSON.stringify(request.body).length }));
  });
  app.get('/boom', () => {
    throw new Error('Jane Doe');
  });
  app.get('/hang', () => {
    hanging.resolve();
    return new Promise(() => {});
  });
  base = await app.listen({ port: 0 });
});
afterAll(() => app.close());
beforeEach(() => telemetry.reset());

const root = async (name: string) => {
  await vi.waitFor(() => telemetry.span(name), { timeout: 5000, interval: 5 });
  return telemetry.span(name);
};

describe('registerHttpTelemetry', () => {
  it('names the span by the route template and gives the ids to the caller', async () => {
    const response = await fetch(`${base}/items/${UUID}?name=Jane`);
    const span = await root('GET /items/:id');
    const { traceId, spanId } = span.spanContext();
    expect(span.kind).toBe(SpanKind.SERVER);
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.attributes).toEqual({
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'url.path': `/items/${UUID}`,
      'http.route': '/items/:id',
      'http.response.status_code': 200,
      'request.id': traceId,
    });
    expect(telemetry.span('step').parentSpanContext?.spanId).toBe(spanId);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-trace-id': traceId,
      'x-request-id': traceId,
      traceresponse: `00-${traceId}-${spanId}-01`,
    });
    expect(await response.json()).toEqual({ traceId, requestId: traceId });
  });

  it("continues the caller's trace and keeps its request id, but none of its baggage", async () => {
    const headers = {
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      'x-request-id': 'call-42',
      'x-biz-id': 'visit/7',
      baggage: 'tenant.id=borealis,patient.id=BOR-0001',
      tracestate: 'vendor=Jane-Doe',
    };
    const response = await fetch(`${base}/items/1`, { headers });
    const span = await root('GET /items/:id');
    expect(span.spanContext().traceId).toBe('a'.repeat(32));
    expect(span.parentSpanContext?.spanId).toBe('b'.repeat(16));
    for (const each of telemetry.spans())
      expect(each.attributes).toMatchObject({ 'request.id': 'call-42', 'biz.id': 'visit/7' });
    expect(span.attributes).not.toHaveProperty('tenant.id');
    expect(span.spanContext().traceState).toBeUndefined();
    expect(response.headers.get('x-request-id')).toBe('call-42');
    expect(response.headers.get('x-trace-id')).toBe('a'.repeat(32));
  });

  it.each(['00-xyz-01', `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`, 'ff-', ''])(
    'starts a new trace for the malformed traceparent "%s"',
    async (traceparent) => {
      const response = await fetch(`${base}/items/1`, { headers: { traceparent } });
      expect(response.status).toBe(200);
      expect((await root('GET /items/:id')).parentSpanContext).toBeUndefined();
    },
  );

  it('keeps text that people type out of the span', async () => {
    const response = await fetch(`${base}/items/Jane%20Doe`, {
      headers: { 'x-request-id': 'Jane Doe', 'x-biz-id': 'jane@example.org' },
    });
    const span = await root('GET /items/:id');
    expect(JSON.stringify([span.name, span.attributes])).not.toMatch(/jane/i);
    expect(response.headers.get('x-request-id')).toBe(span.spanContext().traceId);
    await fetch(`${base}/patients/Jane`);
    expect((await root('GET')).attributes).toMatchObject({ 'url.path': '/*', 'http.response.status_code': 404 });
  });

  it('has the context back after a body that came in pieces', async () => {
    const request = httpRequest(`${base}/items`, { method: 'POST', headers: { 'content-type': 'application/json' } });
    const answered = new Promise((resolve) =>
      request.once('response', (response) => response.resume().once('end', resolve)),
    );
    request.write('{"a":');
    // Another request in between: its context must not stick to this one.
    await fetch(`${base}/items/1`);
    request.end('1}');
    await answered;
    const span = await root('POST /items');
    const steps = telemetry.spans().filter(({ name }) => name === 'step');
    expect(steps.at(-1)?.parentSpanContext?.spanId).toBe(span.spanContext().spanId);
    expect(span.attributes['tenant.id']).toBe('aurora');
    expect(steps.at(-1)?.attributes['tenant.id']).toBe('aurora');
    expect(steps[0]?.attributes).not.toHaveProperty('tenant.id');
  });

  it('marks a fault as ERROR without its text', async () => {
    const response = await fetch(`${base}/boom`);
    const span = await root('GET /boom');
    expect(response.headers.get('x-trace-id')).toBe(span.spanContext().traceId);
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span.attributes).toMatchObject({ 'error.type': '500', 'http.response.status_code': 500 });
  });

  it('ends the span of a client that went away', async () => {
    const socket = connect(Number(new URL(base).port));
    socket.write('GET /hang HTTP/1.1\r\nhost: x\r\n\r\n');
    await hanging.promise;
    socket.destroy();
    const span = await root('GET /hang');
    expect(span.attributes['epro.http.aborted']).toBe(true);
    expect(span.attributes).not.toHaveProperty('http.response.status_code');
  });

  it('never traces what is said to be untraced, nor what it does, and still gives ids', async () => {
    const response = await fetch(`${base}/healthz`);
    await fetch(`${base}/items/1`);
    await root('GET /items/:id');
    expect(telemetry.spans().map(({ name }) => name)).not.toContain('health step');
    expect(telemetry.spans()).toHaveLength(2);
    expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  });
});
