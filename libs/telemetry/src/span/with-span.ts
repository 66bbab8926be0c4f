import { context, SpanKind, trace, type Context } from '@opentelemetry/api';
import { tracer } from '../sdk/telemetry.js';
import { endWithError, followResult } from './follow-result.js';

/**
 * Attributes of a step: numbers and identifiers, never an answer or a name. One that is not on the allow-list does not
 * leave: declare it with {@link allowAttribute}.
 */
export type StepAttributes = Record<string, string | number | boolean>;

/**
 * Runs one named step of a request within a span of its own, and ends it when the step has: at once, when the promise
 * (or query builder) that it returns is settled, when the Observable's subscription is over or the iteration of the
 * async iterable is (a span for each, whose first also covers `fn`), or when the stream is closed. What it throws is
 * recorded and thrown on.
 *
 * @param name low cardinality, never an id: `validatePatientData`
 */
export function withSpan<T>(name: string, fn: () => T, attributes?: StepAttributes): T {
  const parent = context.active();
  const start = () => startStep(name, attributes, parent);
  const { span, active } = start();
  // Of a trace that is not recorded: there is nothing to end.
  if (active === parent) return fn();
  try {
    return followResult(context.with(active, fn), span, active, start);
  } catch (error) {
    return endWithError(span, error);
  }
}

function startStep(name: string, attributes: StepAttributes | undefined, parent: Context) {
  const span = tracer().startSpan(name, { kind: SpanKind.INTERNAL, attributes }, parent);
  return { span, active: span === trace.getSpan(parent) ? parent : trace.setSpan(parent, span) };
}
