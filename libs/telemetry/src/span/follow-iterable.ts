import { context } from '@opentelemetry/api';
import type { LazyStep, StartedStep } from './lazy-step.js';
import { recordError } from './record-error.js';

type AnyIterator = AsyncIterator<unknown, unknown, unknown>;

/** Platform classes whose methods refuse a wrapper; their step ends when it has returned them. */
const isWebStream = (value: object) => value instanceof ReadableStream;

export function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function' && !isWebStream(value);
}

/**
 * The same object, each iteration of which is a step. The body of a generator runs in the context of whoever takes
 * the next value: each time it is given its own.
 */
export function followIterable<T extends AsyncIterable<unknown>>(source: T, steps: LazyStep): T {
  const iterate = () => followIterator(source[Symbol.asyncIterator](), steps);
  // A generator is its own iterator: iterated by hand it is one step too, however it is got hold of.
  const own = 'next' in source ? iterate() : undefined;
  return new Proxy(source, {
    get(target, key) {
      if (key === Symbol.asyncIterator) return own ? () => own : iterate;
      if (key === Symbol.asyncDispose && own?.return) return async () => void (await own.return?.());
      if (own && Object.hasOwn(own, key)) return Reflect.get(own, key) as unknown;
      const value: unknown = Reflect.get(target, key, target);
      // Its methods may use private fields, which a proxy has none of.
      return typeof value === 'function' && key !== 'constructor' ? (value.bind(target) as unknown) : value;
    },
  });
}

function followIterator(iterator: AnyIterator, steps: LazyStep): AnyIterator {
  let step: StartedStep | undefined;
  let over = false;
  const end = () => {
    if (!over) step?.span.end();
    over = true;
  };
  const run = async (take: () => Promise<IteratorResult<unknown>>) => {
    if (over) return take();
    step ??= steps.take();
    try {
      const taken = await context.with(step.active, take);
      if (taken.done) end();
      return taken;
    } catch (error) {
      recordError(error, step.span);
      end();
      throw error;
    }
  };
  return {
    next: (...values) => run(() => iterator.next(...values)),
    ...(iterator.return && { return: (value?: unknown) => run(() => iterator.return!(value)) }),
    ...(iterator.throw && { throw: (error?: unknown) => run(() => iterator.throw!(error)) }),
  };
}
