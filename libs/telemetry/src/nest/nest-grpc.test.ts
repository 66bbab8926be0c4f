import 'reflect-metadata';
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
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import {
  concatMap,
  defer,
  firstValueFrom,
  from,
  lastValueFrom,
  map,
  NEVER,
  of,
  reduce,
  Subject,
  take,
  throwError,
  toArray,
  type Observable,
} from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ECHO, ECHO_SERVICE, type Words } from '../../test/support/echo-service.js';
import { serveNestGrpc, type NestGrpcServer } from '../../test/support/serve-nest-grpc.js';
import { StepFilter, StepGuard, StepInterceptor, StepPipe } from '../../test/support/traced-enhancers.js';
import { grpcClientInterceptors } from '../grpc/interceptors.js';
import { Span } from '../span/span.decorator.js';
import { withSpan } from '../span/with-span.js';
import { startTestTelemetry } from '../testing/index.js';

const telemetry = startTestTelemetry();
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
class EchoModule {}

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
class PassThroughModule {}

/** What Nest gives to those who call a service. */
interface Echo {
  unary(words: Words): Observable<Words>;
  down(words: Words): Observable<Words>;
  up(words: Observable<Words>): Observable<Words>;
  chat(words: Observable<Words>): Observable<Words>;
}

class Caller {
  constructor(private readonly echo: Echo) {}

  @Span('ask')
  ask(text: string): Observable<Words> {
    return this.echo.unary({ text });
  }
}

let server: NestGrpcServer;
let proxy: ClientGrpcProxy;
let echo: Echo;

function connect(address: string): ClientGrpcProxy {
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

beforeAll(async () => {
  server = await serveNestGrpc(EchoModule, (app) => {
    app.useGlobalGuards(new StepGuard());
    app.useGlobalPipes(new StepPipe());
    app.useGlobalInterceptors(new StepInterceptor());
    app.useGlobalFilters(new StepFilter(() => throwError(() => ({ code: 13, message: '' }))));
  });
  proxy = connect(server.address);
  echo = proxy.getService<Echo>('Echo');
});
afterAll(async () => {
  proxy.close();
  await server.app.close();
});
beforeEach(() => telemetry.reset());

/** The two spans of the one call, when both have ended. */
async function call(): Promise<[client: ReadableSpan, server: ReadableSpan]> {
  const of = (kind: SpanKind) => telemetry.spans().find((span) => span.kind === kind);
  return vi.waitFor(
    () => {
      const [client, server] = [of(SpanKind.CLIENT), of(SpanKind.SERVER)];
      expect([client?.kind, server?.kind]).toEqual([SpanKind.CLIENT, SpanKind.SERVER]);
      return [client!, server!];
    },
    { timeout: 5000, interval: 5 },
  );
}
const outcome = ({ status, attributes }: ReadableSpan) => [
  attributes['rpc.status_code'],
  status.code === SpanStatusCode.ERROR ? attributes['error.type'] : undefined,
];
const parentOf = (name: string) => telemetry.span(name).parentSpanContext?.spanId;
const idOf = (span: ReadableSpan) => span.spanContext().spanId;

describe('with Nest on gRPC, within the call’s span', () => {
  it('run guards, pipes, interceptors, and what the handler’s Observable does', async () => {
    expect(await firstValueFrom(echo.unary({ text: 'hello' }))).toEqual({ text: 'hello' });
    const [, serverSpan] = await call();
    for (const name of ['guard', 'interceptor']) expect([name, parentOf(name)]).toEqual([name, idOf(serverSpan)]);
    const inside = telemetry.spans().filter(({ name }) => ['pipe', 'handler'].includes(name));
    // A pipe runs for each argument.
    expect(inside.map(({ name }) => name)).toEqual(['pipe', 'pipe', 'pipe', 'handler']);
    for (const span of inside) expect(span.parentSpanContext?.spanId).toBe(idOf(telemetry.span('interceptor')));
    expect(outcome(serverSpan)).toEqual(['OK', undefined]);
  });

  it('runs the filter; the fault is recorded once, where it happened', async () => {
    await expect(firstValueFrom(echo.unary({ text: 'crash' }))).rejects.toMatchObject({ code: 13 });
    const [clientSpan, serverSpan] = await call();
    expect(parentOf('filter')).toBe(idOf(serverSpan));
    expect(outcome(clientSpan)).toEqual(['INTERNAL', 'INTERNAL']);
    expect(outcome(serverSpan)).toEqual(['INTERNAL', 'INTERNAL']);
    expect(telemetry.span('interceptor').events).toHaveLength(1);
    expect(serverSpan.events).toHaveLength(0);
  });

  it.each(['refuse', 'crash in guard'])('runs a guard that does not let it through (%s)', async (text) => {
    await expect(firstValueFrom(echo.unary({ text }))).rejects.toMatchObject({ code: 13 });
    const [, serverSpan] = await call();
    for (const name of ['guard', 'filter']) expect([name, parentOf(name)]).toEqual([name, idOf(serverSpan)]);
    expect(serverSpan.events.map(({ name }) => name)).toEqual(['exception']);
  });
});

describe('a call that Nest’s client makes', () => {
  it('is a child of the step that returns it, however late that is subscribed to', async () => {
    const answer = await withSpan('request', async () => {
      const asked = new Caller(echo).ask('hello');
      await later();
      return lastValueFrom(asked);
    });
    expect(answer).toEqual({ text: 'hello' });
    const [clientSpan, serverSpan] = await call();
    const steps = telemetry.spans().filter(({ name }) => name === 'ask');
    expect(steps.map(idOf)).toContain(clientSpan.parentSpanContext?.spanId);
    for (const span of [...steps, clientSpan, serverSpan])
      expect(span.spanContext().traceId).toBe(telemetry.span('request').spanContext().traceId);
  });
});

describe('streams of Nest', () => {
  it('from the server: each value is made within the call', async () => {
    expect(await lastValueFrom(echo.down({ text: '' }).pipe(toArray()))).toEqual([{ text: 'a' }, { text: 'b' }]);
    const [clientSpan, serverSpan] = await call();
    expect(outcome(clientSpan)).toEqual(['OK', undefined]);
    expect(outcome(serverSpan)).toEqual(['OK', undefined]);
    for (const name of ['sent a', 'sent b']) expect(parentOf(name)).toBe(idOf(telemetry.span('interceptor')));
  });

  it('from the server, failing midway', async () => {
    const heard: string[] = [];
    const failed = lastValueFrom(echo.down({ text: 'crash' }).pipe(map(({ text }) => heard.push(text))));
    await expect(failed).rejects.toMatchObject({ code: 13 });
    expect(heard).toEqual(['a', 'b']);
    for (const span of await call()) expect(outcome(span)).toEqual(['INTERNAL', 'INTERNAL']);
    expect(telemetry.span('interceptor').attributes['error.type']).toBe('RangeError');
  });

  it('from the server, left by the client: CANCELLED, and nothing stays open', async () => {
    await lastValueFrom(echo.down({ text: 'endless' }).pipe(take(2)));
    for (const span of await call()) expect(outcome(span)[0]).toBe('CANCELLED');
    await vi.waitFor(() => expect(telemetry.openSpans()).toEqual([]));
  });

  it('from the client: each value is handled within the call', async () => {
    expect(await lastValueFrom(echo.up(of({ text: 'x' }, { text: 'y' })))).toEqual({ text: 'xy' });
    const [, serverSpan] = await call();
    expect(outcome(serverSpan)).toEqual(['OK', undefined]);
    const traceId = serverSpan.spanContext().traceId;
    for (const name of ['heard x', 'heard y']) expect(telemetry.span(name).spanContext().traceId).toBe(traceId);
  });

  it('from the client, failing midway', async () => {
    await expect(lastValueFrom(echo.up(of({ text: 'x' }, { text: 'crash' })))).rejects.toMatchObject({ code: 13 });
    for (const span of await call()) expect(outcome(span)).toEqual(['INTERNAL', 'INTERNAL']);
  });

  it('in both directions', async () => {
    const words = new Subject<Words>();
    const heard = echo.chat(words).pipe(
      map(({ text }) => {
        if (text === 'X') words.next({ text: 'y' });
        else words.complete();
        return text;
      }),
      toArray(),
    );
    const all = lastValueFrom(heard);
    words.next({ text: 'x' });
    expect(await all).toEqual(['X', 'Y']);
    const [clientSpan, serverSpan] = await call();
    for (const span of [clientSpan, serverSpan]) expect(outcome(span)).toEqual(['OK', undefined]);
    for (const name of ['heard x', 'heard y'])
      expect(telemetry.span(name).spanContext().traceId).toBe(serverSpan.spanContext().traceId);
  });

  it('in both directions, failing midway', async () => {
    await expect(lastValueFrom(echo.chat(of({ text: 'crash' })))).rejects.toMatchObject({ code: 13 });
    for (const span of await call()) expect(outcome(span)).toEqual(['INTERNAL', 'INTERNAL']);
  });
});

describe('streams that Nest passes through', () => {
  let passing: NestGrpcServer;
  let client: ClientGrpcProxy;
  let streams: Echo;
  beforeAll(async () => {
    passing = await serveNestGrpc(PassThroughModule);
    client = connect(passing.address);
    streams = client.getService<Echo>('Echo');
  });
  afterAll(async () => {
    client.close();
    await passing.app.close();
  });

  it.each([
    ['up', [{ text: 'xy' }]],
    ['chat', [{ text: 'X' }, { text: 'Y' }]],
  ] as const)('handle each value within the call (%s)', async (method, answers) => {
    expect(await lastValueFrom(streams[method](of({ text: 'x' }, { text: 'y' })).pipe(toArray()))).toEqual(answers);
    const [, serverSpan] = await call();
    expect(outcome(serverSpan)).toEqual(['OK', undefined]);
    for (const name of ['heard x', 'heard y']) expect(parentOf(name)).toBe(idOf(serverSpan));
  });
});
