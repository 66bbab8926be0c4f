import { context, type Context, type Span } from '@opentelemetry/api';
import { isObservable, Observable } from 'rxjs';
import { recordError } from './record-error.js';

/** Makes the span of a further subscription to the same Observable. */
type StartAgain = () => { span: Span; active: Context };

/**
 * Ends a span when what its step returned has ended: a value at once, a promise when it is settled, an Observable
 * when its subscription is over, an async generator when its last value has been taken. What they do until then runs
 * in the span's context.
 *
 * @returns what to return instead of `result`: the same, or one of its kind that ends the span
 */
export function followResult<T>(result: T, span: Span, active: Context, startAgain: StartAgain): T {
  if (result instanceof Promise) {
    return result.then(
      (value: unknown) => {
        span.end();
        return value;
      },
      (error: unknown) => endWithError(span, error),
    ) as T;
  }
  if (isObservable(result)) return followObservable(result, span, active, startAgain) as T;
  if (isAsyncGenerator(result)) return followGenerator(result, span, active) as T;
  span.end();
  return result;
}

export function endWithError(span: Span, error: unknown): never {
  recordError(error, span);
  span.end();
  throw error;
}

/** The first subscription is the step that has started; each further one is a step of its own. */
function followObservable(source: Observable<unknown>, span: Span, active: Context, startAgain: StartAgain) {
  let first = true;
  return new Observable<unknown>((subscriber) => {
    const step = first ? { span, active } : startAgain();
    first = false;
    const subscription = context.with(step.active, () =>
      source.subscribe({
        next: (value) => subscriber.next(value),
        error: (error: unknown) => {
          recordError(error, step.span);
          subscriber.error(error);
        },
        complete: () => subscriber.complete(),
      }),
    );
    // Runs once, whichever way it is over: completed, failed, or nobody wants more.
    return () => {
      subscription.unsubscribe();
      step.span.end();
    };
  });
}

function isAsyncGenerator(value: unknown): value is AsyncGenerator {
  return Object.prototype.toString.call(value) === '[object AsyncGenerator]';
}

/** The body of a generator runs in the context of whoever takes the next value: each time it is given its own. */
function followGenerator(generator: AsyncGenerator, span: Span, active: Context): AsyncGenerator {
  let ended = false;
  const end = () => {
    if (!ended) span.end();
    ended = true;
  };
  const step = async (take: () => Promise<IteratorResult<unknown>>) => {
    try {
      const taken = await context.with(active, take);
      if (taken.done) end();
      return taken;
    } catch (error) {
      recordError(error, span);
      end();
      throw error;
    }
  };
  const followed: AsyncGenerator = {
    next: (...values) => step(() => generator.next(...(values as [unknown]))),
    return: (value: unknown) => step(() => generator.return(value)),
    throw: (error: unknown) => step(() => generator.throw(error)),
    [Symbol.asyncIterator]: () => followed,
    [Symbol.asyncDispose]: async () => {
      await followed.return(undefined);
    },
  };
  return followed;
}
