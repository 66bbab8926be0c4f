import { Module } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { withSpan } from '@epro/telemetry';
import { startTestTelemetry } from '@epro/telemetry/testing';
import { status, type Client, type ServiceError } from '@grpc/grpc-js';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { concat, concatMap, from, reduce, throwError, type Observable } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DomainError, GrpcService, type GrpcServiceHandlers } from '../src/index.js';
import { serveEcho, type EchoServer } from './support/serve-echo.js';

const telemetry = startTestTelemetry();
const encode = (text: string) => Buffer.from(text);
const decode = (bytes: Buffer) => bytes.toString();
const wire = {
  requestSerialize: encode,
  requestDeserialize: decode,
  responseSerialize: encode,
  responseDeserialize: decode,
};
const ECHO = {
  say: { path: '/test.v1.Echo/Say', requestStream: false as const, responseStream: false as const, ...wire },
  down: { path: '/test.v1.Echo/Down', requestStream: false as const, responseStream: true as const, ...wire },
  up: { path: '/test.v1.Echo/Up', requestStream: true as const, responseStream: false as const, ...wire },
  chat: { path: '/test.v1.Echo/Chat', requestStream: true as const, responseStream: true as const, ...wire },
};

const FAILED = 'The service failed. Quote the trace id when you report this.';
/** What careless code may throw. */
const THROWN: Record<string, () => unknown> = {
  domain: () => new DomainError('NOT_FOUND', 'NO_SUCH_THING', 'There is none.'),
  refusal: () => new RpcException({ code: status.NOT_FOUND, message: 'There is none.' }),
  exotic: () => new RpcException({ code: status.DATA_LOSS, message: 'It is gone.' }),
  text: () => new RpcException('said'),
  nonsense: () => new RpcException({ code: 'E1' }),
  error: () => new RangeError('Jane Doe'),
  string: () => 'Jane Doe',
  nothing: () => undefined,
  status: () => ({ code: status.NOT_FOUND, details: 'Jane Doe' }),
};
const fail = (text: string) => THROWN[text]!();

@GrpcService(ECHO)
class EchoController implements GrpcServiceHandlers<typeof ECHO> {
  say(text: string): string {
    if (text in THROWN) throw fail(text);
    return text;
  }

  down(text: string): Observable<string> {
    const words = from(['a', 'b']);
    return text in THROWN
      ? concat(
          words,
          throwError(() => fail(text)),
        )
      : words;
  }

  up(texts: Observable<string>): Observable<string> {
    return texts.pipe(
      reduce((all, text) => {
        if (text in THROWN) throw fail(text);
        return all + text;
      }, ''),
    );
  }

  chat(texts: Observable<string>): Observable<string> {
    return texts.pipe(
      concatMap(async (text) => {
        await Promise.resolve();
        if (text in THROWN) throw fail(text);
        return withSpan('heard', () => text.toUpperCase());
      }),
    );
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

let server: EchoServer;
let client: Client;

beforeAll(async () => {
  server = await serveEcho(EchoModule, ECHO);
  client = server.client;
});
afterAll(() => server.stop());
beforeEach(() => telemetry.reset());

interface Outcome {
  received: string[];
  code: status;
  details: string;
}

/** Sends the texts and says what came back. */
function call(method: keyof typeof ECHO, ...texts: string[]): Promise<Outcome> {
  const { path, requestStream, responseStream } = ECHO[method];
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const received: string[] = [];
  const done = (error: ServiceError | null, text?: string) => {
    if (text !== undefined) received.push(text);
    resolve({ received, code: error?.code ?? status.OK, details: error?.details ?? '' });
  };
  const one = texts[0] ?? '';
  const heard = { data: (text: string) => received.push(text), error: done, end: () => done(null) };
  if (!requestStream && !responseStream) client.makeUnaryRequest(path, encode, decode, one, done);
  else if (!requestStream) listen(client.makeServerStreamRequest(path, encode, decode, one), heard);
  else {
    const sending = responseStream
      ? listen(client.makeBidiStreamRequest(path, encode, decode), heard)
      : client.makeClientStreamRequest(path, encode, decode, done);
    for (const text of texts) sending.write(text);
    sending.end();
  }
  return promise;
}

function listen<Call extends NodeJS.EventEmitter>(
  stream: Call,
  on: Record<string, Parameters<NodeJS.EventEmitter['on']>[1]>,
): Call {
  for (const [event, listener] of Object.entries(on)) stream.on(event, listener);
  return stream;
}

const serverSpan = () =>
  vi.waitFor(() => telemetry.spans().find(({ kind }) => kind === SpanKind.SERVER) ?? expect.fail('no span yet'));

describe('the controller of a definition with streams', () => {
  it.each([
    ['say', ['x'], ['x']],
    ['down', ['x'], ['a', 'b']],
    ['up', ['x', 'y'], ['xy']],
    ['chat', ['x', 'y'], ['X', 'Y']],
  ] as const)('answers: %s', async (method, texts, received) => {
    expect(await call(method, ...texts)).toEqual({ received, code: status.OK, details: '' });
    expect((await serverSpan()).attributes['rpc.status_code']).toBe('OK');
  });
});

describe.each(['say', 'down', 'up', 'chat'] as const)('whatever is thrown while it answers (%s)', (method) => {
  it.each([
    ['domain', 'NOT_FOUND', 'There is none.', false],
    ['refusal', 'NOT_FOUND', 'There is none.', false],
    ['exotic', 'DATA_LOSS', 'It is gone.', true],
    ['text', 'UNKNOWN', 'said', true],
    ['nonsense', 'UNKNOWN', 'Rpc Exception', true],
    ['error', 'INTERNAL', FAILED, true],
    ['string', 'INTERNAL', FAILED, true],
    ['nothing', 'INTERNAL', FAILED, true],
    ['status', 'INTERNAL', FAILED, true],
  ] as const)('the call ends as it should, the process goes on: %s', async (thrown, code, details, isFault) => {
    expect(await call(method, thrown)).toMatchObject({ code: status[code], details });
    const span = await serverSpan();
    expect(span.attributes['rpc.status_code']).toBe(code);
    expect([span.status.code, span.attributes['error.type']]).toEqual(
      isFault ? [SpanStatusCode.ERROR, code] : [SpanStatusCode.UNSET, undefined],
    );
    expect(span.events.map(({ name }) => name)).toEqual(isFault ? ['exception'] : []);
    expect(JSON.stringify([span.attributes, span.events, span.status])).not.toContain('Jane');
    expect(await call('say', 'still here')).toMatchObject({ received: ['still here'] });
  });
});
