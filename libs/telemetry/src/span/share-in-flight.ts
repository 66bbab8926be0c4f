import { context, SpanKind, trace, type SpanContext } from '@opentelemetry/api';
import { tracer } from '../sdk/telemetry.js';
import { endWithError } from './follow-result.js';
import { withSpan } from './with-span.js';

/** Work that is being done, and the span in which it is. */
interface InFlight<Result> {
  readonly result: Promise<Result>;
  readonly work: SpanContext | undefined;
}

/**
 * Lets callers that want the same thing at the same time share one piece of work. It is a step of the request that came
 * first; each of the others has a step of the same name of its own, for as long as it waits, that links to the work.
 *
 * ```ts
 * private readonly load = shareInFlight('load questionnaire', (id: string) => this.repository.find(id));
 * ```
 *
 * Nothing is kept once the work is done, a failure neither; all that wait for it get it.
 *
 * @param name of the span, low cardinality
 * @param keyOf what makes two calls the same; by default their arguments as JSON
 */
export function shareInFlight<Arguments extends readonly unknown[], Result>(
  name: string,
  fn: (...args: Arguments) => Promise<Result>,
  keyOf: (...args: Arguments) => string = (...args) => JSON.stringify(args),
): (...args: Arguments) => Promise<Result> {
  const inFlight = new Map<string, InFlight<Result>>();
  return (...args) => {
    const key = keyOf(...args);
    const current = inFlight.get(key);
    if (current) return waitFor(name, current);
    let work: SpanContext | undefined;
    const result = withSpan(name, async () => {
      work = trace.getActiveSpan()?.spanContext();
      return fn(...args);
    }).finally(() => inFlight.delete(key));
    inFlight.set(key, { result, work });
    return result;
  };
}

function waitFor<Result>(name: string, { result, work }: InFlight<Result>): Promise<Result> {
  const parent = context.active();
  const links = work ? [{ context: work }] : [];
  const span = tracer().startSpan(name, { kind: SpanKind.INTERNAL, links }, parent);
  return result.then(
    (value) => {
      span.end();
      return value;
    },
    (error: unknown) => endWithError(span, error),
  );
}
