import 'reflect-metadata';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { firstValueFrom, lastValueFrom, type Observable } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callSpans, outcomeOf } from '../../test/support/call-spans.js';
import type { Words } from '../../test/support/echo-service.js';
import type { Echo } from '../../test/support/nest-echo.js';
import { serveStagedEcho, type StagedEcho } from '../../test/support/serve-staged-echo.js';
import { Span } from '../span/span.decorator.js';
import { withSpan } from '../span/with-span.js';
import { startTestTelemetry } from '../testing/index.js';

const telemetry = startTestTelemetry();
const later = () => new Promise(setImmediate);

class Caller {
  constructor(private readonly echo: Echo) {}

  @Span('ask')
  ask(text: string): Observable<Words> {
    return this.echo.unary({ text });
  }
}

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

describe('with Nest on gRPC, within the call’s span', () => {
  it('run guards, pipes, interceptors, and what the handler’s Observable does', async () => {
    expect(await firstValueFrom(echo.unary({ text: 'hello' }))).toEqual({ text: 'hello' });
    const [, serverSpan] = await call();
    for (const name of ['guard', 'interceptor']) expect([name, parentOf(name)]).toEqual([name, idOf(serverSpan)]);
    const inside = telemetry.spans().filter(({ name }) => ['pipe', 'handler'].includes(name));
    // A pipe runs for each argument.
    expect(inside.map(({ name }) => name)).toEqual(['pipe', 'pipe', 'pipe', 'handler']);
    for (const span of inside) expect(span.parentSpanContext?.spanId).toBe(idOf(telemetry.span('interceptor')));
    expect(outcomeOf(serverSpan)).toEqual(['OK', undefined]);
  });

  it('runs the filter; the fault is recorded once, where it happened', async () => {
    await expect(firstValueFrom(echo.unary({ text: 'crash' }))).rejects.toMatchObject({ code: 13 });
    const [clientSpan, serverSpan] = await call();
    expect(parentOf('filter')).toBe(idOf(serverSpan));
    expect(outcomeOf(clientSpan)).toEqual(['INTERNAL', 'INTERNAL']);
    expect(outcomeOf(serverSpan)).toEqual(['INTERNAL', 'INTERNAL']);
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
