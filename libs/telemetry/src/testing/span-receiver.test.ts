import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectTrace, span, startSpanReceiver, type SpanReceiver } from './index.js';

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

it('reads what is compressed, and refuses what it cannot read', async () => {
  expect((await send(gzipSync(sent), { 'content-encoding': 'gzip' })).status).toBe(200);
  await expectTrace(receiver).toMatch(expected);
  receiver.reset();
  expect((await send('{')).status).toBe(400);
  expect((await send(sent, { 'content-type': 'application/x-protobuf' })).status).toBe(415);
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
