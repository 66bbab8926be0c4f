import { SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE, ATTR_EXCEPTION_STACKTRACE, ATTR_EXCEPTION_TYPE } from '@opentelemetry/semantic-conventions';
import { ATTR_FAILURE_REASON } from '../semconv/attributes.js';

/** A failure of the domain names its cause with a constant, and says whether it is one that has to be expected. */
interface DomainFailure {
  readonly reason: string;
  readonly expected: boolean;
}

const REASON = /^[A-Z][A-Z0-9_]{0,63}$/;
const recorded = new WeakSet<object>();

/**
 * Records a fault on the active span, once however often it is passed on: ERROR, `error.type`, and an exception
 * event with type and stack frames. Its message is left out, because a message may quote what it choked on.
 * An expected failure only leaves its reason.
 */
export function recordError(error: unknown, span: Span | undefined = trace.getActiveSpan()): void {
  if (!span?.isRecording()) return;
  const reason = failureReason(error);
  if (reason) span.setAttribute(ATTR_FAILURE_REASON, reason);
  if (isExpectedFailure(error)) return;
  span.setAttribute(ATTR_ERROR_TYPE, reason ?? errorType(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
  if (typeof error === 'object' && error !== null) {
    if (recorded.has(error)) return;
    recorded.add(error);
  }
  span.addEvent('exception', {
    [ATTR_EXCEPTION_TYPE]: errorType(error),
    ...(error instanceof Error && { [ATTR_EXCEPTION_STACKTRACE]: stackFrames(error) }),
  });
}

/** Class name of what was thrown: `TypeError`, or `string` for a thrown string. */
export function errorType(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** Where it was thrown, without the message. */
export function stackFrames(error: Error): string {
  // First, because a line of the message may look like a frame.
  const stack = error.stack?.replace(error.message, '');
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return [errorType(error), ...frames].join('\n');
}

/** The stable reason of a domain error; `undefined` for any other. */
export function failureReason(error: unknown): string | undefined {
  const { reason } = (error ?? {}) as Partial<DomainFailure>;
  return typeof reason === 'string' && REASON.test(reason) ? reason : undefined;
}

export function isExpectedFailure(error: unknown): boolean {
  return (error as Partial<DomainFailure> | undefined | null)?.expected === true;
}
