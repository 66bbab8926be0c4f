import 'reflect-metadata';
import { PassThrough } from 'node:stream';
import { SpanStatusCode } from '@opentelemetry/api';
import { concat, concatMap, defer, interval, lastValueFrom, of, take, tap, throwError, toArray } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
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

  @Said('a word')
  @Span('double')
  doubleToo(value: number): number {
    return this.double(value);
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
  });

  it.each(['double', 'doubleToo'] as const)('stands above or below other decorators (%s)', (name) => {
    const traced = Object.getOwnPropertyDescriptor(Steps.prototype, name)!.value as () => number;
    expect(Reflect.getMetadata('said', traced)).toBe('a word');
    expect([traced.name, traced.length]).toEqual([name, 1]);
  });

  it('refuses to stand where it could not do anything', () => {
    expect(() => Span()({}, 'property')).toThrow(/@Span\(\) is for methods, and property is none/);
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

describe('a step that does its work later', () => {
  const turn = () => new Promise(setImmediate);

  it.each(['endless', 'generate'] as const)('and never gets to it leaves no span open (%s)', async (step) => {
    steps[step]();
    await turn();
    expect(names()).toEqual([step]);
  });

  it('is one of its own where it is subscribed to in a later turn', async () => {
    const stream = steps.stream();
    await turn();
    telemetry.reset();
    await lastValueFrom(stream);
    expect(names()).toEqual(['inner', 'stream']);
    expect(isChild('inner', 'stream')).toBe(true);
  });

  it('is no part of what is done with its values', async () => {
    const first = withSpan('first', () => interval(1).pipe(take(1)));
    await withSpan('request', () =>
      lastValueFrom(
        first.pipe(
          tap(() => withSpan('second', () => {})),
          concatMap(() => withSpan('third', () => of(1))),
        ),
      ),
    );
    for (const name of ['second', 'third']) expect(isChild(name, 'request')).toBe(true);
  });

  it('is a query builder, which starts when its then is called', async () => {
    const builder = {
      then: (...on: Parameters<Promise<number>['then']>) =>
        turn()
          .then(inner)
          .then(...on),
    } as PromiseLike<number>;
    expect(await withSpan('query', () => builder)).toBe(1);
    expect(isChild('inner', 'query')).toBe(true);
    expect(names()).toEqual(['inner', 'query']);
  });

  it('is an iterable of a class of its own, a span for each iteration', async () => {
    class Pages {
      readonly #pages = [1, 2];
      get count() {
        return this.#pages.length;
      }
      size() {
        return this.#pages.length;
      }
      toString() {
        return 'two pages';
      }
      async *[Symbol.asyncIterator]() {
        for (const page of this.#pages) {
          inner();
          yield await Promise.resolve(page);
        }
      }
    }
    const pages = withSpan('pages', () => new Pages());
    expect(pages).toBeInstanceOf(Pages);
    expect([pages.count, pages.size(), pages.constructor, String(pages)]).toEqual([2, 2, Pages, 'two pages']);
    const read = async () => {
      const seen: number[] = [];
      for await (const page of pages) seen.push(page);
      return seen;
    };
    expect([await read(), await read()]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const spans = telemetry.spans().filter(({ name }) => name === 'pages');
    expect(spans).toHaveLength(2);
    const parents = telemetry.spans().filter(({ name }) => name === 'inner');
    expect(new Set(parents.map((span) => span.parentSpanContext?.spanId))).toEqual(
      new Set(spans.map((span) => span.spanContext().spanId)),
    );
  });

  it('is a stream, which stays itself, until it is closed', async () => {
    const stream = new PassThrough();
    expect(withSpan('stream', () => stream)).toBe(stream);
    await turn();
    expect(names()).toEqual([]);
    stream.destroy(new RangeError('words'));
    stream.on('error', () => {});
    await vi.waitFor(() => telemetry.span('stream'));
    expect(telemetry.span('stream').attributes['error.type']).toBe('RangeError');
  });
});
