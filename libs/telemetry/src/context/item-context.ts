import { context, type Context } from '@opentelemetry/api';
import { isObservable, map, Observable, type OperatorFunction } from 'rxjs';

/** An item and the request that it came from. */
export interface ItemInContext<T> {
  readonly value: T;
  readonly context: Context;
}

/**
 * Operator that keeps with each item the request in which it is emitted. Comes first, before whatever delays, queues or
 * gathers: behind it runs in the context of the item before, or of the first. {@link inItemContext} takes it up again.
 *
 * ```ts
 * submitted.pipe(withItemContext(), concatMap(inItemContext((submission) => this.score(submission))));
 * ```
 *
 * A batch belongs to no single request: `runDetached(name, fn, { for: items })` links it to all of them.
 */
export function withItemContext<T>(): OperatorFunction<T, ItemInContext<T>> {
  return map((value) => ({ value, context: context.active() }));
}

/** Does with each item of {@link withItemContext} what `project` says, in the request that the item came from. */
export function inItemContext<T, Result>(
  project: (value: T, index: number) => Result,
): (item: ItemInContext<T>, index: number) => Result {
  return (item, index) => {
    const result = context.with(item.context, () => project(item.value, index));
    return isObservable(result) ? (subscribedIn(item.context, result) as Result) : result;
  };
}

/**
 * Operator that gives each subscriber its values in its own request, for sources that several share: a Subject, a
 * `shareReplay`. Without it they arrive in the request of whoever emits, or of who subscribed first.
 *
 * ```ts
 * this.questionnaires$.pipe(inSubscriberContext()).subscribe((all) => this.render(all));
 * ```
 */
export function inSubscriberContext<T>(): (source: Observable<T>) => Observable<T> {
  return (source) =>
    new Observable((subscriber) => {
      const own = context.active();
      return source.subscribe({
        next: (value) => context.with(own, () => subscriber.next(value)),
        error: (error: unknown) => context.with(own, () => subscriber.error(error)),
        complete: () => context.with(own, () => subscriber.complete()),
      });
    });
}

function subscribedIn<T>(active: Context, source: Observable<T>): Observable<T> {
  return new Observable((subscriber) => context.with(active, () => source.subscribe(subscriber)));
}
