import 'reflect-metadata';
import type { ClientGrpcProxy } from '@nestjs/microservices';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { lastValueFrom, map, of, Subject, take, toArray } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { callSpans, outcomeOf } from '../../test/support/call-spans.js';
import type { Words } from '../../test/support/echo-service.js';
import { connectEcho, PassThroughModule, type Echo } from '../../test/support/nest-echo.js';
import { serveNestGrpc, type NestGrpcServer } from '../../test/support/serve-nest-grpc.js';
import { serveStagedEcho, type StagedEcho } from '../../test/support/serve-staged-echo.js';
import { startTestTelemetry } from '../testing/index.js';

const telemetry = startTestTelemetry();

let server: StagedEcho;
let echo: Echo;

beforeAll(async () => {
  server = await serveStagedEcho();
  echo = server.echo;
});
afterAll(() => server.stop());
beforeEach(() => telemetry.reset());

const call = () => callSpans(telemetry);
const parentOf = (name: string) => telemetry.span(name).parentSpanContext?.spanId;
const idOf = (span: ReadableSpan) => span.spanContext().spanId;

describe('streams of Nest', () => {
  it('from the server: each value is made within the call', async () => {
    expect(await lastValueFrom(echo.down({ text: '' }).pipe(toArray()))).toEqual([{ text: 'a' }, { text: 'b' }]);
    const [clientSpan, serverSpan] = await call();
    expect(outcomeOf(clientSpan)).toEqual(['OK', undefined]);
    expect(outcomeOf(serverSpan)).toEqual(['OK', undefined]);
    for (const name of ['sent a', 'sent b']) expect(parentOf(name)).toBe(idOf(telemetry.span('interceptor')));
  });

  it('from the server, failing midway', async () => {
    const heard: string[] = [];
    const failed = lastValueFrom(echo.down({ text: 'crash' }).pipe(map(({ text }) => heard.push(text))));
    await expect(failed).rejects.toMatchObject({ code: 13 });
    expect(heard).toEqual(['a', 'b']);
    for (const span of await call()) expect(outcomeOf(span)).toEqual(['INTERNAL', 'INTERNAL']);
    expect(telemetry.span('interceptor').attributes['error.type']).toBe('RangeError');
  });

  it('from the server, left by the client: CANCELLED, and nothing stays open', async () => {
    await lastValueFrom(echo.down({ text: 'endless' }).pipe(take(2)));
    for (const span of await call()) expect(outcomeOf(span)[0]).toBe('CANCELLED');
    await vi.waitFor(() => expect(telemetry.openSpans()).toEqual([]));
  });

  it('from the client: each value is handled within the call', async () => {
    expect(await lastValueFrom(echo.up(of({ text: 'x' }, { text: 'y' })))).toEqual({ text: 'xy' });
    const [, serverSpan] = await call();
    expect(outcomeOf(serverSpan)).toEqual(['OK', undefined]);
    const traceId = serverSpan.spanContext().traceId;
    for (const name of ['heard x', 'heard y']) expect(telemetry.span(name).spanContext().traceId).toBe(traceId);
  });

  it('from the client, failing midway', async () => {
    await expect(lastValueFrom(echo.up(of({ text: 'x' }, { text: 'crash' })))).rejects.toMatchObject({ code: 13 });
    for (const span of await call()) expect(outcomeOf(span)).toEqual(['INTERNAL', 'INTERNAL']);
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
    for (const span of [clientSpan, serverSpan]) expect(outcomeOf(span)).toEqual(['OK', undefined]);
    for (const name of ['heard x', 'heard y'])
      expect(telemetry.span(name).spanContext().traceId).toBe(serverSpan.spanContext().traceId);
  });

  it('in both directions, failing midway', async () => {
    await expect(lastValueFrom(echo.chat(of({ text: 'crash' })))).rejects.toMatchObject({ code: 13 });
    for (const span of await call()) expect(outcomeOf(span)).toEqual(['INTERNAL', 'INTERNAL']);
  });
});

describe('streams that Nest passes through', () => {
  let passing: NestGrpcServer;
  let client: ClientGrpcProxy;
  let streams: Echo;
  beforeAll(async () => {
    passing = await serveNestGrpc(PassThroughModule);
    client = connectEcho(passing.address);
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
    expect(outcomeOf(serverSpan)).toEqual(['OK', undefined]);
    for (const name of ['heard x', 'heard y']) expect(parentOf(name)).toBe(idOf(serverSpan));
  });
});
