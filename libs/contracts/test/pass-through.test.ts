import { Controller, Module } from '@nestjs/common';
import { GrpcStreamCall } from '@nestjs/microservices';
import { startTestTelemetry } from '@epro/telemetry/testing';
import {
  type Client,
  status,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type StatusObject,
} from '@grpc/grpc-js';
import { SpanKind } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { DomainError } from '../src/index.js';
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
  up: { path: '/test.v1.Echo/Up', requestStream: true as const, responseStream: false as const, ...wire },
  chat: { path: '/test.v1.Echo/Chat', requestStream: true as const, responseStream: true as const, ...wire },
};

const raise = (text: string): void => {
  if (text === 'string') throw 'Jane Doe'; // eslint-disable-line @typescript-eslint/only-throw-error -- what a careless library may do
  if (text === 'error') throw new RangeError('Jane Doe');
  if (text === 'domain') throw new DomainError('NOT_FOUND', 'NO_SUCH_THING', 'There is none.');
};

@Controller()
class PassThroughController {
  @GrpcStreamCall('Echo', 'up')
  async up(call: ServerReadableStream<string, string>, answer: sendUnaryData<string>): Promise<void> {
    for await (const text of call as AsyncIterable<string>) {
      raise(text);
      answer(null, text);
    }
  }

  @GrpcStreamCall('Echo', 'chat')
  async chat(call: ServerDuplexStream<string, string>): Promise<void> {
    for await (const text of call as AsyncIterable<string>) {
      raise(text);
      call.write(text);
    }
    call.end();
  }
}

@Module({ controllers: [PassThroughController] })
class PassThroughModule {}

let server: EchoServer;
let client: Client;

beforeAll(async () => {
  server = await serveEcho(PassThroughModule, ECHO);
  client = server.client;
});
afterAll(() => server.stop());
beforeEach(() => telemetry.reset());

function send(method: 'up' | 'chat', text: string): Promise<status> {
  const { path } = ECHO[method];
  const options = { deadline: Date.now() + 2000 };
  const call =
    method === 'up'
      ? client.makeClientStreamRequest(path, encode, decode, options, () => {})
      : client.makeBidiStreamRequest(path, encode, decode, options).resume();
  const { promise, resolve } = Promise.withResolvers<status>();
  call.on('status', ({ code }: StatusObject) => resolve(code)).on('error', () => {});
  call.end(text);
  return promise;
}

it.each([
  ['up', 'string', 'INTERNAL'],
  ['up', 'error', 'INTERNAL'],
  ['up', 'domain', 'NOT_FOUND'],
  ['chat', 'string', 'INTERNAL'],
  ['chat', 'error', 'INTERNAL'],
  ['chat', 'domain', 'NOT_FOUND'],
] as const)('a stream passed through (%s) that fails ends, and the process goes on: %s', async (method, text, code) => {
  expect(status[await send(method, text)]).toBe(code);
  const span = await vi.waitFor(() => telemetry.spans().find(({ kind }) => kind === SpanKind.SERVER)!);
  expect(span.attributes['rpc.status_code']).toBe(code);
  expect(status[await send(method, 'still here')]).toBe('OK');
});
