import { once } from 'node:events';
import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestScope, withScope } from '../context/request-scope.js';
import { setBusinessContext } from '../context/set-business-context.js';
import { startTestTelemetry } from '../testing/index.js';
import { withSpan } from '../span/with-span.js';
import { grpcClientInterceptors, grpcServerInterceptors } from './interceptors.js';

const telemetry = startTestTelemetry();
const encode = (value: string) => Buffer.from(value);
const decode = (bytes: Buffer) => bytes.toString();
const fail = (): never => {
  throw new RangeError('words');
};
const METHOD = 'test.v1.Echo/Unary';
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/test.v1.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: encode,
  requestDeserialize: decode,
  responseSerialize: encode,
  responseDeserialize: decode,
});

let server: Server;
let client: Client;
let bare: Client;
let received: Metadata;

beforeAll(async () => {
  server = new Server({ interceptors: grpcServerInterceptors() });
  server.addService(
    { unary: method('Unary', false, false), stream: method('Stream', false, true), chat: method('Chat', true, true) },
    { unary: unary as never, stream: stream as never, chat: chat as never },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const address = `127.0.0.1:${port}`;
  client = new Client(address, credentials.createInsecure(), { interceptors: grpcClientInterceptors(address) });
  bare = new Client(address, credentials.createInsecure());
});
afterAll(() => {
  client.close();
  bare.close();
  server.forceShutdown();
});
beforeEach(() => telemetry.reset());

/** The request says what the service does. */
async function unary(call: ServerUnaryCall<string, string>, answer: sendUnaryData<string>) {
  received = call.metadata;
  const [what, value = ''] = call.request.split(' ');
  await new Promise(setImmediate);
  if (what === 'throw') return answer(new Error(`choked on ${value}`));
  if (what === 'fail') return answer({ code: Number(value) });
  if (what === 'hang') return void call.on('cancelled', () => {});
  if (what === 'overrun') {
    call.once('cancelled', () => setImmediate(() => withSpan('orphan', () => {})));
    return;
  }
  if (what === 'learn') setBusinessContext({ tenantId: value });
  withSpan('step', () => {});
  answer(null, `${what}!`);
}

async function stream(call: ServerWritableStream<string, string>) {
  for (const word of ['a', 'b', 'c']) {
    await new Promise(setImmediate);
    call.write(word);
  }
  withSpan('step', () => {});
  if (call.request === 'endless') return;
  call.end();
}

function chat(call: ServerDuplexStream<string, string>) {
  call.on('data', (word: string) => {
    withSpan(`heard ${word}`, () => {});
    call.write(word);
  });
  call.on('end', () => call.end());
}

function ask(
  request: string,
  options: { deadlineMs?: number; metadata?: Metadata; via?: Client } = {},
): Promise<string> {
  const { deadlineMs = 5000, metadata = new Metadata(), via = client } = options;
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + deadlineMs;
    via.makeUnaryRequest(`/${METHOD}`, encode, decode, request, metadata, { deadline }, (error, response) =>
      error ? reject(error) : resolve(response as string),
    );
  });
}

const ended = (count: number) =>
  vi.waitFor(() => expect(telemetry.spans()).toHaveLength(count), { timeout: 5000, interval: 5 });
const pair = (): [ReadableSpan, ReadableSpan] => {
  const of = (kind: SpanKind) => telemetry.spans().find((span) => span.kind === kind);
  return [of(SpanKind.CLIENT)!, of(SpanKind.SERVER)!];
};
const parentOf = (span: ReadableSpan) => span.parentSpanContext?.spanId;

describe('a unary call', () => {
  it('is one trace: caller, CLIENT, SERVER, the step in the handler', async () => {
    await withSpan('caller', () => ask('hello'));
    await ended(4);
    const [clientSpan, serverSpan] = pair();
    const [caller, step] = [telemetry.span('caller'), telemetry.span('step')];
    expect(parentOf(clientSpan)).toBe(caller.spanContext().spanId);
    expect(parentOf(serverSpan)).toBe(clientSpan.spanContext().spanId);
    expect(parentOf(step)).toBe(serverSpan.spanContext().spanId);
    expect(new Set(telemetry.spans().map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(clientSpan.name).toBe(METHOD);
    expect(serverSpan.name).toBe(METHOD);
    expect(clientSpan.attributes).toEqual({
      'rpc.system.name': 'grpc',
      'rpc.method': METHOD,
      'rpc.status_code': 'OK',
      'server.address': '127.0.0.1',
      'server.port': expect.any(Number) as number,
    });
    expect(serverSpan.attributes).toEqual({ 'rpc.system.name': 'grpc', 'rpc.method': METHOD, 'rpc.status_code': 'OK' });
  });

  it('keeps each of fifty concurrent requests in its own trace', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => withSpan(`caller ${i}`, () => ask('hello'))));
    await ended(200);
    const traces = Map.groupBy(telemetry.spans(), (span) => span.spanContext().traceId);
    expect(traces.size).toBe(50);
    for (const spans of traces.values()) expect(spans).toHaveLength(4);
  });

  it("leaves the caller's metadata as it was", async () => {
    const metadata = new Metadata();
    metadata.set('own', 'value');
    await ask('hello', { metadata });
    expect(metadata.getMap()).toEqual({ own: 'value' });
    expect(received.get('own')).toEqual(['value']);
    expect(received.get('traceparent')[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it.each([
    ['throw secret', status.UNKNOWN, 'UNKNOWN', SpanStatusCode.ERROR],
    ['fail 13', status.INTERNAL, 'INTERNAL', SpanStatusCode.ERROR],
    ['fail 14', status.UNAVAILABLE, 'UNAVAILABLE', SpanStatusCode.ERROR],
    ['fail 5', status.NOT_FOUND, 'NOT_FOUND', SpanStatusCode.UNSET],
    ['fail 9', status.FAILED_PRECONDITION, 'FAILED_PRECONDITION', SpanStatusCode.UNSET],
    ['fail 16', status.UNAUTHENTICATED, 'UNAUTHENTICATED', SpanStatusCode.UNSET],
  ])('that ends with "%s" is marked on both sides', async (request, code, name, serverStatus) => {
    await expect(ask(request)).rejects.toMatchObject({ code });
    await ended(2);
    const [clientSpan, serverSpan] = pair();
    expect(clientSpan.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(clientSpan.attributes).toMatchObject({ 'rpc.status_code': name, 'error.type': name });
    expect(serverSpan.status).toEqual({ code: serverStatus });
    expect(serverSpan.attributes['rpc.status_code']).toBe(name);
    expect(serverSpan.attributes['error.type']).toBe(serverStatus === SpanStatusCode.ERROR ? name : undefined);
  });

  it('that runs out of time is DEADLINE_EXCEEDED on both sides', async () => {
    await expect(ask('hang', { deadlineMs: 200 })).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    await ended(2);
    for (const span of pair()) {
      expect(span.attributes['rpc.status_code']).toBe('DEADLINE_EXCEEDED');
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
    }
  });

  it('whose client goes away a moment before its deadline has run out of time, and was not cancelled', async () => {
    const deadline = Date.now() + 200;
    const call = client.makeUnaryRequest(`/${METHOD}`, encode, decode, 'hang', new Metadata(), { deadline }, () => {});
    setTimeout(() => call.cancel(), 185);
    await ended(2);
    const [, serverSpan] = pair();
    expect(serverSpan.attributes['rpc.status_code']).toBe('DEADLINE_EXCEEDED');
  });

  it('shows what the server still does when nobody waits for it any more', async () => {
    await expect(ask('overrun', { deadlineMs: 200 })).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    await ended(3);
    const [, serverSpan] = pair();
    const orphan = telemetry.span('orphan');
    expect(parentOf(orphan)).toBe(serverSpan.spanContext().spanId);
    expect(hrTimeToMilliseconds(orphan.startTime)).toBeGreaterThanOrEqual(hrTimeToMilliseconds(serverSpan.endTime));
  });

  it.each([
    ['a request that cannot be sent', fail, decode, /^(UNIMPLEMENTED|CANCELLED)$/],
    ['an answer that cannot be read', encode, fail, /^OK$/],
  ] as const)('with %s is INTERNAL for the caller', async (_what, serialize, deserialize, atServer) => {
    const call = client.makeUnaryRequest(`/${METHOD}`, serialize, deserialize, 'hello', new Metadata(), () => {});
    const [{ code }] = (await once(call, 'status')) as [{ code: status }];
    expect(code).toBe(status.INTERNAL);
    await vi.waitFor(() => expect(pair().map((span) => span?.kind)).toEqual([SpanKind.CLIENT, SpanKind.SERVER]));
    const [clientSpan, serverSpan] = pair();
    expect(clientSpan.status.code).toBe(SpanStatusCode.ERROR);
    expect(clientSpan.attributes).toMatchObject({ 'rpc.status_code': 'INTERNAL', 'error.type': 'INTERNAL' });
    expect(serverSpan.attributes['rpc.status_code']).toMatch(atServer);
  });

  it('that cannot even be made leaves no span open', () => {
    const closed = new Client('127.0.0.1:1', credentials.createInsecure(), {
      interceptors: grpcClientInterceptors('127.0.0.1:1'),
    });
    closed.close();
    expect(() => closed.makeUnaryRequest(`/${METHOD}`, encode, decode, 'hello', () => {})).toThrow(/shut down/);
    expect(telemetry.openSpans()).toEqual([]);
  });

  it('leaves the type of the error on a step that fails with its status', async () => {
    await expect(withSpan('caller', () => ask('fail 5'))).rejects.toMatchObject({ code: status.NOT_FOUND });
    const caller = telemetry.span('caller');
    expect(caller.attributes['error.type']).toBe('NOT_FOUND');
    expect(caller.events[0]?.attributes?.['exception.type']).toBe('Error');
  });

  it('to a service that is not there is UNAVAILABLE', async () => {
    const nobody = new Client('127.0.0.1:1', credentials.createInsecure(), {
      interceptors: grpcClientInterceptors('127.0.0.1:1'),
    });
    await expect(ask('hello', { via: nobody })).rejects.toMatchObject({ code: status.UNAVAILABLE });
    nobody.close();
    await ended(1);
    expect(telemetry.span(METHOD)).toMatchObject({ kind: SpanKind.CLIENT, status: { code: SpanStatusCode.ERROR } });
    expect(telemetry.span(METHOD).attributes).toMatchObject({ 'error.type': 'UNAVAILABLE', 'server.port': 1 });
  });

  it('continues a sampled caller and records nothing for an unsampled one', async () => {
    const metadata = new Metadata();
    metadata.set('traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`);
    await ask('hello', { metadata, via: bare });
    metadata.set('traceparent', `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`);
    await ask('hello', { metadata, via: bare });
    await ended(2);
    for (const span of telemetry.spans()) expect(span.spanContext().traceId).toBe('c'.repeat(32));
  });

  it('starts a trace of its own where the header cannot be read', async () => {
    const metadata = new Metadata();
    metadata.set('traceparent', '00-not-a-trace-01');
    await expect(ask('hello', { metadata, via: bare })).resolves.toBe('hello!');
    await ended(2);
    expect(parentOf(pair()[1])).toBeUndefined();
  });
});

describe('business context', () => {
  const asPatient = <T>(fn: () => T): T =>
    context.with(withScope(ROOT_CONTEXT, new RequestScope({ patientId: 'AUR-0001', requestId: 'r-1' })), fn);

  it('is on every span of the services that are called', async () => {
    await asPatient(() => ask('hello'));
    await ended(3);
    for (const span of telemetry.spans())
      expect(span.attributes).toMatchObject({ 'patient.id': 'AUR-0001', 'request.id': 'r-1' });
  });

  it('passes the allow-list and nothing else', async () => {
    const metadata = new Metadata();
    metadata.set('baggage', 'tenant.id=aurora,name=Jane%20Doe,patient.id=Jane%20Doe;x=1,site.id=%E0%A4%A');
    await ask('hello', { metadata, via: bare });
    await ended(2);
    expect(telemetry.span('step').attributes).toEqual({ 'tenant.id': 'aurora' });
  });

  it('that a service learns comes back to the calling span and to the caller', async () => {
    const scope = new RequestScope();
    await context.with(withScope(ROOT_CONTEXT, scope), () =>
      withSpan('request', async () => {
        scope.entrySpan = trace.getActiveSpan();
        await ask('learn aurora');
        withSpan('later', () => {});
      }),
    );
    await ended(5);
    for (const span of telemetry.spans())
      expect([span.name, span.attributes['tenant.id']]).toEqual([span.name, 'aurora']);
  });
});

describe('a streaming call', () => {
  it('from the server is one span from start to end on each side', async () => {
    const words: string[] = [];
    const call = client.makeServerStreamRequest('/test.v1.Echo/Stream', encode, decode, 'go', new Metadata());
    call.on('data', (word: string) => words.push(word));
    await once(call, 'end');
    await ended(3);
    expect(words).toEqual(['a', 'b', 'c']);
    const [clientSpan, serverSpan] = pair();
    expect(parentOf(serverSpan)).toBe(clientSpan.spanContext().spanId);
    expect(parentOf(telemetry.span('step'))).toBe(serverSpan.spanContext().spanId);
  });

  it('gives each caller its values in its own context, over one connection too', async () => {
    const read = (name: string) =>
      withSpan(name, async () => {
        const call = client.makeServerStreamRequest('/test.v1.Echo/Stream', encode, decode, 'go', new Metadata());
        call.on('data', () => withSpan(`heard by ${name}`, () => {}));
        await once(call, 'end');
      });
    await Promise.all([read('x'), read('y')]);
    await ended(14);
    for (const name of ['x', 'y']) {
      const heard = telemetry.spans().filter((span) => span.name === `heard by ${name}`);
      const caller = telemetry.span(name).spanContext().spanId;
      expect(heard.map(parentOf)).toEqual([caller, caller, caller]);
    }
  });

  it('that the client cancels is CANCELLED on both sides', async () => {
    const call = client.makeServerStreamRequest('/test.v1.Echo/Stream', encode, decode, 'endless', new Metadata());
    call.once('data', () => call.cancel());
    await once(call, 'error');
    await ended(3);
    for (const span of pair()) expect(span.attributes['rpc.status_code']).toBe('CANCELLED');
  });

  it('in both directions handles each message in the context of the call', async () => {
    const call = client.makeBidiStreamRequest('/test.v1.Echo/Chat', encode, decode, new Metadata());
    call.on('data', (word: string) => (word === 'b' ? call.end() : call.write('b')));
    call.write('a');
    await once(call, 'end');
    await ended(4);
    const [, serverSpan] = pair();
    for (const name of ['heard a', 'heard b'])
      expect(parentOf(telemetry.span(name))).toBe(serverSpan.spanContext().spanId);
  });
});
