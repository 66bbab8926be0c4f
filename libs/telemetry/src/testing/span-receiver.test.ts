import { gzipSync } from 'node:zlib';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { TraceSpan } from '@epro/trace-contract';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectTrace, span, startSpanReceiver, toTraceSpan, type SpanReceiver } from './index.js';

let receiver: SpanReceiver;
beforeEach(async () => {
  receiver = await startSpanReceiver();
});
afterEach(() => receiver.stop());

const traceId = 'a'.repeat(32);
const sent = JSON.stringify({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'epro-visits' } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId,
              spanId: 'b'.repeat(16),
              name: 'POST /visits',
              kind: 2,
              startTimeUnixNano: '1790000000000000000',
              endTimeUnixNano: '1790000000001000000',
              attributes: [{ key: 'tenant.id', value: { stringValue: 'aurora' } }],
            },
          ],
        },
      ],
    },
  ],
});
const send = (body: string | Uint8Array<ArrayBuffer> = sent, headers: Record<string, string> = {}) =>
  fetch(`${receiver.url}/v1/traces`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
const expected = span.server('POST /visits', { service: 'epro-visits', attributes: { 'tenant.id': 'aurora' } });

it('is where a test waits for the trace of other processes', async () => {
  setTimeout(() => void send(), 10);
  await expectTrace(receiver, { traceId }).toMatch(expected);
});

it.each([
  ['JSON', JsonExporter, 'none'],
  ['protobuf', ProtobufExporter, 'none'],
  ['compressed protobuf', ProtobufExporter, 'gzip'],
])('has from %s what was in the sending process', async (_, Exporter, compression) => {
  const kept = new InMemorySpanExporter();
  const exporter = new Exporter({ url: `${receiver.url}/v1/traces`, compression: compression as never });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'epro-visits', 'process.pid': 7 }),
    spanProcessors: [new SimpleSpanProcessor({ exporter: kept }), new SimpleSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('test');
  const first = tracer.startSpan('first', { kind: SpanKind.PRODUCER });
  first.end();
  const second = tracer.startSpan('Zweiter Schritt …', {
    kind: SpanKind.CONSUMER,
    attributes: {
      text: 'é',
      yes: true,
      no: false,
      whole: -3,
      large: 2 ** 40,
      part: 0.5,
      list: ['a', 'b'],
      numbers: [1, 2.5],
    },
    links: [{ context: first.spanContext(), attributes: { why: 'sent' } }],
  });
  tracer.startSpan('below', {}, trace.setSpan(ROOT_CONTEXT, second)).end();
  second.addEvent('seen', { times: 2 });
  second.setStatus({ code: SpanStatusCode.ERROR, message: 'X' });
  second.end();
  await provider.forceFlush();
  const byId = (one: TraceSpan, other: TraceSpan) => (one.spanId < other.spanId ? -1 : 1);
  expect([...receiver.traceSpans()].sort(byId)).toEqual(kept.getFinishedSpans().map(toTraceSpan).sort(byId));
  await provider.shutdown();
});

it('reads what is compressed, and refuses what it cannot read', async () => {
  expect((await send(gzipSync(sent), { 'content-encoding': 'gzip' })).status).toBe(200);
  await expectTrace(receiver).toMatch(expected);
  receiver.reset();
  expect((await send('{')).status).toBe(400);
  expect((await send(sent, { 'content-type': 'application/x-protobuf' })).status).toBe(400);
  expect((await send(sent, { 'content-type': 'text/plain' })).status).toBe(415);
  expect(receiver.traceSpans()).toEqual([]);
});

it('misbehaves as it is told, and takes nothing meanwhile', async () => {
  receiver.behave({ status: 503, retryAfterSeconds: 2 });
  const refusal = await send();
  expect([refusal.status, refusal.headers.get('retry-after')]).toEqual([503, '2']);
  expect(receiver.traceSpans()).toEqual([]);
  receiver.behave('hang');
  const answer = send();
  expect(await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 50, 'nothing'))])).toBe('nothing');
  expect(receiver.traceSpans()).toEqual([]);
  receiver.behave('accept');
  expect((await answer).status).toBe(200);
  expect(receiver.attempts).toBe(2);
});

it('goes down, and comes back where it was', async () => {
  const { url } = receiver;
  receiver.behave('hang');
  const broken = send().catch(() => 'broken');
  while (receiver.attempts === 0) await new Promise(setImmediate);
  await receiver.stop();
  expect(await broken).toBe('broken');
  await expect(send()).rejects.toThrow();
  receiver.behave('accept');
  await receiver.restart();
  expect(receiver.url).toBe(url);
  expect((await send()).status).toBe(200);
});
