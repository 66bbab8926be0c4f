import { SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE, ATTR_EXCEPTION_STACKTRACE, ATTR_EXCEPTION_TYPE } from '@opentelemetry/semantic-conventions';
import {
  ATTR_FAILURE_CODE,
  ATTR_FAILURE_REASON,
  ATTR_FAILURE_RULE,
  ATTR_FAILURE_SERVICE,
  ATTR_FAILURE_SEVERITY,
} from '../semconv/attributes.js';
import { describeError, stackFrames, type ErrorDescription } from './describe-error.js';

export { errorType, failureReason, isExpectedFailure, stackFrames } from './describe-error.js';

const recorded = new WeakSet<object>();

/**
 * Records a failure on the active span, whatever was thrown; never throws itself.
 *
 * A fault makes the span ERROR, with `error.type`, what the error says of itself to a program (reason, code, the
 * service that failed), and, once however often it is passed on, an exception event with type and stack frames, those
 * of its causes included. An expected failure leaves the reason and nothing red. The message is left out of both,
 * because a message may quote what it choked on.
 */
export function recordError(error: unknown, span: Span | undefined = trace.getActiveSpan()): void {
  if (!span?.isRecording()) return;
  const description = describeError(error);
  span.setAttributes(attributesOf(description));
  if (description.expected) return;
  span.setAttribute(ATTR_ERROR_TYPE, description.reason ?? description.code ?? description.type);
  span.setStatus({ code: SpanStatusCode.ERROR });
  if (typeof error === 'object' && error !== null) {
    if (recorded.has(error)) return;
    recorded.add(error);
  }
  const stack = stackFrames(error);
  span.addEvent('exception', {
    [ATTR_EXCEPTION_TYPE]: description.type,
    ...(stack && { [ATTR_EXCEPTION_STACKTRACE]: stack }),
  });
}

function attributesOf({ reason, code, service, rule, expected }: ErrorDescription): Attributes {
  const attributes: Attributes = { [ATTR_FAILURE_SEVERITY]: expected ? 'expected' : 'fault' };
  if (reason !== undefined) attributes[ATTR_FAILURE_REASON] = reason;
  if (code !== undefined && code !== reason) attributes[ATTR_FAILURE_CODE] = code;
  if (service !== undefined) attributes[ATTR_FAILURE_SERVICE] = service;
  if (rule !== undefined) attributes[ATTR_FAILURE_RULE] = rule;
  return attributes;
}
