import { context, type Context, type Span } from '@opentelemetry/api';
import { isObservable, Observable } from 'rxjs';
import { isNodeStream, followStream } from './follow-stream.js';
import { followIterable, isAsyncIterable } from './follow-iterable.js';
import { LazyStep, type StartStep } from './lazy-step.js';
import { recordError } from './record-error.js';

/**
 * Ends a span when what its step returned has ended: a value at once, a promise or anything else that has `then` when
 * it is settled, an Observable when its subscription is over, an async iterable when its iteration is, a stream when it
 * is closed. What they do until then runs in the span's context.
 *
 * @param startAgain makes the span of a further subscription or iteration
 * @returns what to return instead of `result`: the same, or one of its kind that ends the span
 */
export function followResult<T>(result: T, span: Span, active: Context, startAgain: StartStep): T {
  if (typeof result === 'object' && result !== null) {
    if (isThenable(result)) return followThenable(result, span, active) as T;
    if (isObservable(result)) return followObservable(result, new LazyStep({ span, active }, startAgain)) as T;
    if (isNodeStream(result)) return followStream(result, span) as T;
    if (isAsyncIterable(result)) return followIterable(result, new LazyStep({ span, active }, startAgain)) as T;
  }
  span.end();
  return result;
}

export function endWithError(span: Span, error: unknown): never {
  recordError(error, span);
  span.end();
  throw error;
}

function isThenable(value: object): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
}

/** Not only promises: a query builder does its work when, and where, its `then` is called. */
function followThenable(thenable: PromiseLike<unknown>, span: Span, active: Context): PromiseLike<unknown> {
  const succeed = (value: unknown) => {
    span.end();
    return value;
  };
  const fail = (error: unknown) => endWithError(span, error);
  if (thenable instanceof Promise) return thenable.then(succeed, fail);
  return context.with(active, () => thenable.then(succeed, fail));
}

/** What is done with a value is no part of the step that it comes from, and stays where the subscriber is. */
function followObservable(source: Observable<unknown>, steps: LazyStep): Observable<unknown> {
  return new Observable((subscriber) => {
    const outside = context.active();
    const { span, active } = steps.take();
    const subscription = context.with(active, () =>
      source.subscribe({
        next: (value) => context.with(outside, () => subscriber.next(value)),
        error: (error: unknown) => {
          recordError(error, span);
          context.with(outside, () => subscriber.error(error));
        },
        complete: () => context.with(outside, () => subscriber.complete()),
      }),
    );
    // Runs once, whichever way it is over: completed, failed, or nobody wants more.
    return () => {
      subscription.unsubscribe();
      span.end();
    };
  });
}
