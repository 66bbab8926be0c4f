import { Controller, Module } from '@nestjs/common';
import {
  ClientProxyFactory,
  GrpcMethod,
  GrpcStreamCall,
  GrpcStreamMethod,
  Transport,
  type ClientGrpcProxy,
} from '@nestjs/microservices';
import type { sendUnaryData, ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import { concatMap, defer, from, map, NEVER, reduce, throwError, type Observable } from 'rxjs';
import { grpcClientInterceptors } from '../../src/grpc/interceptors.js';
import { withSpan } from '../../src/span/with-span.js';
import { ECHO, ECHO_SERVICE, type Words } from './echo-service.js';

const later = () => new Promise(setImmediate);

@Controller()
class EchoController {
  @GrpcMethod('Echo', 'unary')
  unary({ text }: Words): Observable<Words> {
    return defer(async () => {
      await later();
      withSpan('handler', () => {});
      if (text === 'crash') throw new RangeError('words');
      return { text };
    });
  }

  @GrpcMethod('Echo', 'down')
  down({ text }: Words): Observable<Words> {
    const words = from(['a', 'b']).pipe(
      concatMap(async (each) => {
        await later();
        withSpan(`sent ${each}`, () => {});
        return { text: each };
      }),
    );
    if (text === 'endless') return from([words, NEVER]).pipe(concatMap((each) => each));
    if (text === 'crash')
      return from([words, throwError(() => new RangeError('words'))]).pipe(concatMap((each) => each));
    return words;
  }

  @GrpcStreamMethod('Echo', 'up')
  up(words: Observable<Words>): Observable<Words> {
    return words.pipe(
      map(({ text }) => {
        withSpan(`heard ${text}`, () => {});
        if (text === 'crash') throw new RangeError('words');
        return text;
      }),
      reduce((all, text) => all + text, ''),
      map((text) => ({ text })),
    );
  }

  @GrpcStreamMethod('Echo', 'chat')
  chat(words: Observable<Words>): Observable<Words> {
    return words.pipe(
      map(({ text }) => {
        withSpan(`heard ${text}`, () => {});
        if (text === 'crash') throw new RangeError('words');
        return { text: text.toUpperCase() };
      }),
    );
  }
}

@Module({ controllers: [EchoController] })
export class EchoModule {}

/** Streams as grpc-js has them, passed through. */
@Controller()
class PassThroughController {
  @GrpcStreamCall('Echo', 'up')
  up(call: ServerReadableStream<Words, Words>, answer: sendUnaryData<Words>): void {
    let all = '';
    call.on('data', ({ text }: Words) => {
      withSpan(`heard ${text}`, () => {});
      all += text;
    });
    call.on('end', () => answer(null, { text: all }));
  }

  @GrpcStreamCall('Echo', 'chat')
  async chat(call: ServerDuplexStream<Words, Words>): Promise<void> {
    await later();
    for await (const { text } of call as AsyncIterable<Words>) {
      withSpan(`heard ${text}`, () => {});
      call.write({ text: text.toUpperCase() });
    }
    call.end();
  }
}

@Module({ controllers: [PassThroughController] })
export class PassThroughModule {}

/** What Nest gives to those who call a service. */
export interface Echo {
  unary(words: Words): Observable<Words>;
  down(words: Words): Observable<Words>;
  up(words: Observable<Words>): Observable<Words>;
  chat(words: Observable<Words>): Observable<Words>;
}

/** A client as Nest makes it, traced. */
export function connectEcho(address: string): ClientGrpcProxy {
  return ClientProxyFactory.create({
    transport: Transport.GRPC,
    options: {
      package: 'test.v1',
      packageDefinition: { [ECHO_SERVICE]: ECHO },
      url: address,
      channelOptions: { interceptors: grpcClientInterceptors(address) },
    },
  });
}
