import { SpanKind, type Span } from '@opentelemetry/api';
import { tracer } from '../sdk/telemetry.js';
import { recordError } from './record-error.js';

/** Attributes of a step: numbers and identifiers, never an answer or a name. */
export type StepAttributes = Record<string, string | number | boolean>;

/**
 * Runs one named step of a request within a span of its own, and ends it when the step has: at once, or when the
 * promise that it returns is settled. What it throws is recorded and thrown on.
 *
 * @param name low cardinality, never an id: `validatePatientData`
 */
export function withSpan<T>(name: string, fn: () => T, attributes?: StepAttributes): T {
  return tracer().startActiveSpan(name, { kind: SpanKind.INTERNAL, attributes: attributes }, (span) => {
    try {
      const result = fn();
      if (!isPromise(result)) {
        span.end();
        return result;
      }
      return result.then(
        (value) => {
          span.end();
          return value;
        },
        (error: unknown) => fail(span, error),
      ) as T;
    } catch (error) {
      return fail(span, error);
    }
  });
}

function fail(span: Span, error: unknown): never {
  recordError(error, span);
  span.end();
  throw error;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
