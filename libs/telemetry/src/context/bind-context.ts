import { context } from '@opentelemetry/api';

/**
 * Gives a callback the request in which it is handed over, for those who call it from somewhere else: an emitter, a
 * pool or limiter of one's own, a stream, an item of an RxJS Subject.
 *
 * ```ts
 * limiter.push(bindContext(() => this.score(response)));
 * ```
 */
export function bindContext<Arguments extends unknown[], Result>(
  fn: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  const active = context.active();
  return (...args) => context.with(active, () => fn(...args));
}
