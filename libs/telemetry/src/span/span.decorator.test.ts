import 'reflect-metadata';
import { SpanStatusCode } from '@opentelemetry/api';
import { concat, defer, interval, of, take, throwError, lastValueFrom, toArray } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { startTestTelemetry } from '../testing/index.js';
import { Span } from './span.decorator.js';
import { withSpan } from './with-span.js';

const telemetry = startTestTelemetry();
beforeEach(() => telemetry.reset());

const inner = () => withSpan('inner', () => 1);
function Said(what: string) {
  return (_target: object, _key: string, descriptor: PropertyDescriptor) =>
    Reflect.defineMetadata('said', what, descriptor.value as object);
}

class Steps {
  readonly factor = 2;

  @Span('double')
  @Said('a word')
  double(value: number): number {
    inner();
    return value * this.factor;
  }

  @Span()
  async later(): Promise<number> {
    await new Promise(setImmediate);
    return inner();
  }

  @Span('stream')
  stream() {
    return concat(
      of('a'),
      defer(() => of(String(inner()))),
    );
  }

  @Span('failing')
  failing() {
    return throwError(() => new TypeError('words'));
  }

  @Span('endless')
  endless() {
    return interval(1);
  }

  @Span('generate')
  async *generate() {
    yield 1;
    inner();
    await new Promise(setImmediate);
    yield 2;
  }
}
const steps = new Steps();
const names = () => telemetry.spans().map(({ name }) => name);
const isChild = (child: string, parent: string) =>
  telemetry.span(child).parentSpanContext?.spanId === telemetry.span(parent).spanContext().spanId;

describe('@Span', () => {
  it('keeps value, this, name, parameters and what other decorators said', () => {
    expect(steps.double(21)).toBe(42);
    expect(isChild('inner', 'double')).toBe(true);
    const traced = Object.getOwnPropertyDescriptor(Steps.prototype, 'double')!.value as () => number;
    expect(Reflect.getMetadata('said', traced)).toBe('a word');
    expect([traced.name, traced.length]).toEqual(['double', 1]);
  });

  it('takes the name of the method, and ends with its promise', async () => {
    const result = steps.later();
    expect(names()).toEqual([]);
    expect(await result).toBe(1);
    expect(isChild('inner', 'later')).toBe(true);
  });

  it('is a span for each subscription of an Observable, from subscribing to its end', async () => {
    await withSpan('request', async () => {
      const stream = steps.stream();
      expect(await lastValueFrom(stream.pipe(toArray()))).toEqual(['a', '1']);
      expect(isChild('inner', 'stream')).toBe(true);
      expect(await lastValueFrom(stream)).toBe('1');
    });
    const streams = telemetry.spans().filter(({ name }) => name === 'stream');
    expect(streams).toHaveLength(2);
    const { spanId } = telemetry.span('request').spanContext();
    for (const span of streams) expect(span.parentSpanContext?.spanId).toBe(spanId);
  });

  it('records what an Observable fails with', async () => {
    await expect(lastValueFrom(steps.failing())).rejects.toThrow('words');
    expect(telemetry.span('failing')).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': 'TypeError' },
    });
  });

  it('ends when nobody wants more of an Observable', async () => {
    expect(await lastValueFrom(steps.endless().pipe(take(2)))).toBe(1);
    expect(telemetry.span('endless').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('gives an async generator its context each time, and ends with its last value', async () => {
    const values: number[] = [];
    for await (const value of steps.generate()) {
      expect(names()).not.toContain('generate');
      values.push(value);
    }
    expect(values).toEqual([1, 2]);
    expect(isChild('inner', 'generate')).toBe(true);
  });

  it('ends with an async generator that is left early', async () => {
    for await (const value of steps.generate()) if (value === 1) break;
    expect(names()).toEqual(['generate']);
  });
});
