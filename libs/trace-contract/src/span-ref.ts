import type { ExpectedSpan } from './trace-contract.js';
import type { TraceSpan } from './trace-span.js';
import type { SpanRef } from './violation.js';

export function refOfSpan({ service, name, kind, spanId }: TraceSpan): SpanRef {
  return { service, name, kind, spanId };
}

export function refOfExpected(expected: ExpectedSpan): SpanRef {
  return { service: expected.service, name: namesOf(expected)[0] ?? '', kind: expected.kind };
}

export function namesOf({ name }: ExpectedSpan): readonly string[] {
  return typeof name === 'string' ? [name] : name;
}

/** Whether this is the span that is meant, by what it is and not by where it is. */
export function isExact(expected: ExpectedSpan, { service, name, kind }: TraceSpan): boolean {
  return expected.service === service && expected.kind === kind && namesOf(expected).includes(name);
}
