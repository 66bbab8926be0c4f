import { createServer } from 'node:http';
import { context, ROOT_CONTEXT, trace, type Span } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withSpan } from '../span/with-span.js';
import { registerHttpTelemetry } from './fastify-telemetry.js';

/** A process that somebody else's SDK traces, without our preload: its HTTP instrumentation is around the server. */
const exporter = new InMemorySpanExporter();
let app: FastifyInstance;
let base: string;
let outer: Span | undefined;

beforeAll(async () => {
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  trace.setGlobalTracerProvider(provider);
  app = fastify({
    serverFactory: (handler) =>
      createServer((request, response) => {
        outer = trace.getTracer('theirs').startSpan('theirs', {}, ROOT_CONTEXT);
        context.with(trace.setSpan(ROOT_CONTEXT, outer), () => handler(request, response));
      }),
  });
  registerHttpTelemetry(app);
  app.post('/items', () => withSpan('step', () => ({})));
  base = await app.listen({ port: 0 });
});
afterAll(() => app.close());

it("goes on below another SDK's span of the request, adds none of its own, and answers with its trace id", async () => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${base}/items`, { method: 'POST', headers, body: '{}' });
  expect(response.status).toBe(200);
  const { traceId, spanId } = outer!.spanContext();
  expect(exporter.getFinishedSpans().map(({ name, parentSpanContext }) => [name, parentSpanContext?.spanId])).toEqual([
    ['step', spanId],
  ]);
  expect(response.headers.get('x-trace-id')).toBe(traceId);
});
