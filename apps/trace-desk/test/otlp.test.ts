import { gzipSync } from 'node:zlib';
import { SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { capturedExport } from './support/captured-export.js';
import { jsonRequest, request, traceId } from './support/otlp-request.js';
import { runningDesk, type RunningDesk } from './support/running-desk.js';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

function post(desk: RunningDesk, body: Uint8Array | string, headers: Record<string, string>, path = '/v1/traces') {
  return fetch(`${desk.otlpUrl}${path}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

describe('POST /v1/traces', () => {
  it('takes what the OpenTelemetry SDK sends', async () => {
    await using desk = await runningDesk();
    const body = await capturedExport((tracer) => {
      const span = tracer.startSpan('submit');
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    const response = await post(desk, body, { 'Content-Type': PROTOBUF });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(PROTOBUF);
    // An ExportTraceServiceResponse without a partial success is the empty message.
    expect((await response.arrayBuffer()).byteLength).toBe(0);
    expect((await desk.get('/api/v3/operations?service=epro-gateway')).body).toEqual({
      operations: [{ name: 'submit', spanKind: 'internal' }],
    });
  });

  it.each([
    ['protobuf', PROTOBUF, request({ gateway: [{ id: 1 }] })],
    ['JSON', `${JSON_TYPE}; charset=utf-8`, Buffer.from(JSON.stringify(jsonRequest({ gateway: [{ id: 1 }] })))],
  ])('takes %s, plain and gzipped, and answers in kind', async (_name, type, body) => {
    await using desk = await runningDesk();
    for (const [encoded, encoding] of [
      [body, 'identity'],
      [gzipSync(body), 'gzip'],
    ] as const) {
      const response = await post(desk, encoded, { 'Content-Type': type, 'Content-Encoding': encoding });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(type.split(';')[0]);
    }
    expect((await desk.get(`/api/v3/traces/${traceId(1)}`)).status).toBe(200);
  });

  it('says in JSON that everything was accepted, or what was not', async () => {
    await using desk = await runningDesk();
    const send = (spans: { id: number }[]) =>
      post(desk, JSON.stringify(jsonRequest({ gateway: spans })), { 'Content-Type': JSON_TYPE });
    expect(await (await send([{ id: 1 }])).json()).toEqual({ partialSuccess: {} });
    const partial = await send([{ id: 0 }, { id: 2 }]);
    expect(partial.status).toBe(200);
    expect(await partial.json()).toEqual({
      partialSuccess: { rejectedSpans: '1', errorMessage: '1 spans have no trace id or no span id' },
    });
  });

  it('says in protobuf what was not accepted', async () => {
    await using desk = await runningDesk();
    const response = await post(desk, request({ gateway: [{ id: 0 }] }), { 'Content-Type': PROTOBUF });
    const message = '1 spans have no trace id or no span id';
    const partial = [0x08, 0x01, 0x12, message.length, ...Buffer.from(message)];
    expect([...Buffer.from(await response.arrayBuffer())]).toEqual([0x0a, partial.length, ...partial]);
  });

  it('refuses what is no OTLP with a google.rpc.Status in the encoding of the request', async () => {
    await using desk = await runningDesk();
    const json = await post(desk, '{"resourceSpans":7}', { 'Content-Type': JSON_TYPE });
    expect([json.status, await json.json()]).toEqual([400, { code: 3, message: 'resourceSpans must be an array' }]);
    const protobuf = await post(desk, 'hello', { 'Content-Type': PROTOBUF });
    expect(protobuf.status).toBe(400);
    expect(protobuf.headers.get('content-type')).toBe(PROTOBUF);
    expect([...Buffer.from(await protobuf.arrayBuffer())].slice(0, 3)).toEqual([0x08, 3, 0x12]);
  });

  it.each([
    ['a body that is not gzip', 'hello', { 'Content-Encoding': 'gzip' }, 400, 'the body is not gzip data'],
    [
      'an encoding that it does not know',
      'hello',
      { 'Content-Encoding': 'zstd' },
      400,
      'the Content-Encoding is not one of gzip, deflate, identity',
    ],
    ['a large body', ' '.repeat(1_000_001), {}, 413, 'the body is larger than 1000000 bytes; send smaller batches'],
    [
      'a small body that unpacks to a large one',
      gzipSync(' '.repeat(1_000_001)),
      { 'Content-Encoding': 'gzip' },
      413,
      'the body is larger than 1000000 bytes; send smaller batches',
    ],
  ])('refuses %s', async (_case, body, headers, status, message) => {
    await using desk = await runningDesk();
    const response = await post(desk, body, { 'Content-Type': JSON_TYPE, ...headers });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ message });
  });

  it('refuses other media types and methods as the collector does', async () => {
    await using desk = await runningDesk();
    expect((await post(desk, 'hello', { 'Content-Type': 'text/plain' })).status).toBe(415);
    const get = await fetch(`${desk.otlpUrl}/v1/traces`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(`${desk.otlpUrl}/v1/profiles`, { method: 'POST' })).status).toBe(404);
  });

  it('takes nothing of a body that is wrong at its end', async () => {
    await using desk = await runningDesk();
    const good = request({ gateway: [{ id: 1 }] });
    const response = await post(desk, Buffer.concat([good, Buffer.from([0x0a, 0x7f])]), { 'Content-Type': PROTOBUF });
    expect(response.status).toBe(400);
    expect((await desk.get('/api/v3/services')).body).toEqual({ services: [] });
  });
});

describe('metrics and logs', () => {
  it.each(['/v1/metrics', '/v1/logs'])('POST %s is accepted and not kept', async (path) => {
    await using desk = await runningDesk();
    for (const type of [PROTOBUF, JSON_TYPE]) {
      const response = await post(desk, '{}', { 'Content-Type': type }, path);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    }
  });
});

describe('browsers', () => {
  const preflight = (desk: RunningDesk, origin: string) =>
    fetch(`${desk.otlpUrl}/v1/traces`, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    });

  it('may send from a page of this machine', async () => {
    await using desk = await runningDesk();
    const answer = await preflight(desk, 'http://localhost:8080');
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:8080');
    expect(answer.headers.get('access-control-allow-headers')).toBe('content-type');
    const sent = await post(desk, '{}', { 'Content-Type': JSON_TYPE, Origin: 'http://127.0.0.1:3000' });
    expect(sent.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:3000');
  });

  it.each(['https://example.org', 'http://localhost.example.org', 'null'])('may not send from %s', async (origin) => {
    await using desk = await runningDesk();
    expect((await preflight(desk, origin)).headers.get('access-control-allow-origin')).toBeNull();
  });
});
