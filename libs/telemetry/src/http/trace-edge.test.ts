import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyInstrumentation } from '../self-check/verify-instrumentation.js';
import { startTestTelemetry } from '../testing/index.js';
import { registerHttpTelemetry } from './fastify-telemetry.js';

describe('with TRACE_EDGE=restart', () => {
  vi.stubEnv('TRACE_EDGE', 'restart');
  const telemetry = startTestTelemetry();
  const app = fastify();
  let base: string;
  beforeAll(async () => {
    registerHttpTelemetry(app);
    app.get('/', () => '');
    base = await app.listen({ port: 0 });
  });
  afterAll(() => app.close());

  it('a request starts a trace of its own that links to its caller', async () => {
    const [traceId, spanId] = ['a'.repeat(32), 'b'.repeat(16)];
    const response = await fetch(base, { headers: { traceparent: `00-${traceId}-${spanId}-01` } });
    const span = await vi.waitFor(() => telemetry.span('GET /'));
    expect(response.headers.get('x-trace-id')).toBe(span.spanContext().traceId);
    expect(span.spanContext().traceId).not.toBe(traceId);
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.links.map(({ context }) => [context.traceId, context.spanId])).toEqual([[traceId, spanId]]);
    telemetry.reset();
  });

  it('the self-check still finds the hop, and exports nothing', async () => {
    await verifyInstrumentation({ http: base });
    expect(telemetry.spans()).toEqual([]);
  });
});
