import type { ServiceDefinition } from '@grpc/grpc-js';

/** What is asked of the echo service, and what it answers. */
export interface Words {
  text: string;
}

const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/test.v1.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: encode,
  requestDeserialize: decode,
  responseSerialize: encode,
  responseDeserialize: decode,
});

/** A service with a method of each of the four kinds. Its messages are JSON; what JSON cannot say cannot be sent. */
export const ECHO = {
  unary: method('Unary', false, false),
  down: method('Down', false, true),
  up: method('Up', true, false),
  chat: method('Chat', true, true),
} satisfies ServiceDefinition;

export const ECHO_SERVICE = 'test.v1.Echo';

function encode(words: unknown): Buffer {
  return Buffer.from(JSON.stringify(words));
}

function decode(bytes: Buffer): Words {
  return JSON.parse(bytes.toString()) as Words;
}
