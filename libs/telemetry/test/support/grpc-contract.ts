import type { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type StatusObject,
} from '@grpc/grpc-js';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { grpcClientInterceptors, grpcServerInterceptors } from '../../src/grpc/interceptors.js';
import { withSpan } from '../../src/span/with-span.js';
import type { TestTelemetry } from '../../src/testing/index.js';
import { ECHO, type Words } from './echo-service.js';

export type CallKind = keyof typeof ECHO;

/** How a call is made to end: what the client sends, or does. */
export type Ending =
  'ok' | 'refuse' | 'fail' | 'throw' | 'cancel' | 'deadline' | 'unsendable answer' | 'unreadable request';

/** Status on both spans, and which of the two are ERROR. `none`: the span never ends, so nobody sees it. */
export interface Expected {
  readonly client: string;
  readonly server: string;
  readonly error: readonly ('client' | 'server')[];
}

const BOTH = ['client', 'server'] as const;

/** The contract: what a call that ends like this leaves on its two spans, whatever its kind. */
export const CONTRACT: Readonly<Record<Ending, Expected>> = {
  ok: { client: 'OK', server: 'OK', error: [] },
  refuse: { client: 'NOT_FOUND', server: 'NOT_FOUND', error: ['client'] },
  fail: { client: 'UNKNOWN', server: 'UNKNOWN', error: BOTH },
  throw: { client: 'UNKNOWN', server: 'UNKNOWN', error: BOTH },
  cancel: { client: 'CANCELLED', server: 'CANCELLED', error: ['client'] },
  deadline: { client: 'DEADLINE_EXCEEDED', server: 'DEADLINE_EXCEEDED', error: BOTH },
  'unsendable answer': { client: 'INTERNAL', server: 'INTERNAL', error: BOTH },
  'unreadable request': { client: 'INTERNAL', server: 'INTERNAL', error: BOTH },
};

const KINDS = Object.keys(ECHO) as CallKind[];
const UNSENDABLE = { text: 1n as never };

/** What a handler does when it is asked to, in all four kinds. */
async function answer(text: string, send: (words: Words) => void, end: (error?: Error | object) => void) {
  await new Promise(setImmediate);
  withSpan('step', () => {});
  if (text === 'cancel' || text === 'deadline') return;
  if (text === 'refuse') return end({ code: status.NOT_FOUND, details: 'Jane Doe' });
  if (text === 'fail') return end(new Error('Jane Doe'));
  if (text === 'unsendable answer') return send(UNSENDABLE);
  send({ text });
  end();
}

const HANDLERS = {
  unary: (call: ServerUnaryCall<Words, Words>, done: sendUnaryData<Words>) => {
    if (call.request.text === 'throw') throw new RangeError('Jane Doe');
    void answer(
      call.request.text,
      (words) => done(null, words),
      (error) => error && done(error),
    );
  },
  down: (call: ServerWritableStream<Words, Words>) => {
    if (call.request.text === 'throw') throw new RangeError('Jane Doe');
    const end = (error?: object) => (error ? call.emit('error', error) : call.end());
    call.write({ text: 'first' });
    void answer(call.request.text, (words) => call.write(words), end);
  },
  up: (call: ServerReadableStream<Words, Words>, done: sendUnaryData<Words>) => {
    if (call.metadata.get('text')[0] === 'throw') throw new RangeError('Jane Doe');
    call.on('error', () => {});
    call.once('data', ({ text }: Words) => {
      void answer(
        text,
        (words) => done(null, words),
        (error) => error && done(error),
      );
    });
  },
  chat: (call: ServerDuplexStream<Words, Words>) => {
    if (call.metadata.get('text')[0] === 'throw') throw new RangeError('Jane Doe');
    const end = (error?: object) => (error ? call.emit('error', error) : call.end());
    call.once('data', ({ text }: Words) => {
      call.write({ text: 'first' });
      void answer(text, (words) => call.write(words), end);
    });
  },
};

interface MadeCall {
  /** The status with which it ended for its caller. */
  readonly ended: Promise<status>;
  cancel(): void;
}

/** Makes a call of that kind that ends like that. */
function call(client: Client, kind: CallKind, ending: Ending): MadeCall {
  const { path, requestSerialize, responseDeserialize } = ECHO[kind];
  const serialize = ending === 'unreadable request' ? () => Buffer.from('{') : requestSerialize;
  const words = { text: ending };
  const options = { deadline: Date.now() + (ending === 'deadline' ? 250 : 5000) };
  const metadata = new Metadata();
  metadata.set('text', ending);
  const start = () => {
    switch (kind) {
      case 'unary':
        return client.makeUnaryRequest(path, serialize, responseDeserialize, words, metadata, options, () => {});
      case 'down':
        return client.makeServerStreamRequest(path, serialize, responseDeserialize, words, metadata, options);
      case 'up':
        return client.makeClientStreamRequest(path, serialize, responseDeserialize, metadata, options, () => {});
      case 'chat':
        return client.makeBidiStreamRequest(path, serialize, responseDeserialize, metadata, options);
    }
  };
  const made: EventEmitter & { cancel(): void } = start();
  const { promise, resolve } = Promise.withResolvers<status>();
  made.on('status', ({ code }: StatusObject) => resolve(code));
  if (kind === 'down' || kind === 'chat') (made as unknown as Readable).resume();
  if (kind === 'up' || kind === 'chat') (made as unknown as Writable).end(words);
  made.on('error', () => {});
  return { ended: promise, cancel: () => made.cancel() };
}

/**
 * Holds tracing to the contract, over a real server and all four kinds of call.
 *
 * @param differences what a way of tracing makes of an ending instead, as far as it is known
 */
export function describeGrpcContract(
  telemetry: TestTelemetry,
  differences?: (kind: CallKind, ending: Ending) => Partial<Expected>,
): void {
  let server: Server;
  let client: Client;

  beforeAll(async () => {
    server = new Server({ interceptors: grpcServerInterceptors() });
    server.addService(ECHO, HANDLERS);
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    const address = `127.0.0.1:${port}`;
    client = new Client(address, credentials.createInsecure(), { interceptors: grpcClientInterceptors(address) });
  });
  afterAll(() => {
    client.close();
    server.forceShutdown();
  });
  beforeEach(() => telemetry.reset());

  const spanOf = (kind: SpanKind) => telemetry.spans().find((span) => span.kind === kind);
  const ended = (kind: SpanKind) =>
    vi.waitFor(() => spanOf(kind) ?? expect.fail(`no ${SpanKind[kind]} span`), { timeout: 3000, interval: 5 });

  describe.each(KINDS)('a call (%s)', (kind) => {
    it.each(Object.keys(CONTRACT) as Ending[])('that ends like this: %s', async (ending) => {
      const expected = { ...CONTRACT[ending], ...differences?.(kind, ending) };
      const made = call(client, kind, ending);
      if (ending === 'cancel') {
        await vi.waitFor(() => telemetry.span('step'), { interval: 5 });
        made.cancel();
      }
      expect(status[await made.ended]).toBe(CONTRACT[ending].client);
      const clientSpan = await ended(SpanKind.CLIENT);
      const spans = {
        client: clientSpan,
        server: expected.server === 'none' ? undefined : await ended(SpanKind.SERVER),
      };
      for (const side of BOTH) {
        const name = expected[side];
        const isError = expected.error.includes(side);
        expect({ side, ...statusOf(spans[side]) }).toEqual({
          side,
          name: name === 'none' ? undefined : ECHO[kind].path.slice(1),
          code: name === 'none' ? undefined : name,
          type: isError ? name : undefined,
          status: name === 'none' ? undefined : { code: isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
        });
        expect(JSON.stringify([spans[side]?.attributes, spans[side]?.events])).not.toContain('Jane');
      }
      if (!spans.server) return expect(spanOf(SpanKind.SERVER)).toBeUndefined();
      expect(spans.server.parentSpanContext?.spanId).toBe(clientSpan.spanContext().spanId);
      const steps = telemetry.spans().filter((span) => span.name === 'step');
      for (const step of steps) expect(step.parentSpanContext?.spanId).toBe(spans.server.spanContext().spanId);
      if (!differences) expect(telemetry.openSpans()).toEqual([]);
    });
  });
}

function statusOf(span: ReadableSpan | undefined) {
  const { 'rpc.status_code': code, 'error.type': type } = span?.attributes ?? {};
  return { name: span?.name, code, type, status: span?.status };
}
