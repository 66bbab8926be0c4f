import { SpanStatusCode } from '@opentelemetry/api';
import { beforeEach, describe, expect, it } from 'vitest';
import { startTestTelemetry } from '../testing/index.js';
import { recordError } from './record-error.js';
import { withSpan } from './with-span.js';

const telemetry = startTestTelemetry();
beforeEach(() => telemetry.reset());

describe('withSpan', () => {
  it('ends with the promise, not before, and contains what the step does', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const result = withSpan('outer', async () => {
      const value = await promise;
      withSpan('inner', () => {});
      return value;
    });
    expect(telemetry.spans()).toHaveLength(0);
    resolve(7);
    expect(await result).toBe(7);
    expect(telemetry.span('inner').parentSpanContext?.spanId).toBe(telemetry.span('outer').spanContext().spanId);
  });

  it('gives back what a step returns, with its attributes on the span', () => {
    expect(withSpan('step', () => 3, { 'data.length': 12 })).toBe(3);
    expect(telemetry.span('step').attributes).toEqual({ 'data.length': 12 });
  });

  it.each(['sync', 'async'])('records a fault once, at its innermost step, without its text (%s)', async (kind) => {
    const error = new TypeError('cannot read "my answer"');
    const step = kind === 'sync' ? () => raise(error) : () => Promise.reject(error);
    await expect((async () => withSpan('outer', () => withSpan('inner', step)))()).rejects.toBe(error);
    const [inner, outer] = [telemetry.span('inner'), telemetry.span('outer')];
    for (const span of [inner, outer]) {
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
      expect(span.attributes['error.type']).toBe('TypeError');
    }
    expect(inner.events).toHaveLength(1);
    expect(inner.events[0]?.attributes).toMatchObject({ 'exception.type': 'TypeError' });
    expect(inner.events[0]?.attributes?.['exception.stacktrace']).toMatch(/^TypeError\n\s+at /);
    expect(outer.events).toHaveLength(0);
    expect(JSON.stringify([inner.events, outer.attributes])).not.toContain('my answer');
  });

  it('takes no line of the text for a frame', () => {
    const error = new TypeError('Unexpected input:\n    at my answer');
    expect(() => withSpan('step', () => raise(error))).toThrow(error);
    const stack = telemetry.span('step').events[0]?.attributes?.['exception.stacktrace'];
    expect(stack).toMatch(/^TypeError\n\s+at /);
    expect(stack).not.toContain('my answer');
  });

  it('leaves an expected failure unmarked but for its reason', () => {
    const refused = Object.assign(new Error('…'), { expected: true, reason: 'KEY_REUSED' });
    expect(() => withSpan('step', () => raise(refused))).toThrow(refused);
    expect(telemetry.span('step')).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'epro.failure.reason': 'KEY_REUSED' },
      events: [],
    });
  });

  it('takes whatever is thrown', () => {
    const step = () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a careless library may do
      throw 'words';
    };
    expect(() => withSpan('step', step)).toThrow('words');
    expect(telemetry.span('step').attributes['error.type']).toBe('string');
    expect(() => recordError(undefined)).not.toThrow();
  });
});

function raise(error: Error): never {
  throw error;
}
