import { fulfils } from './attribute-rule.js';
import { checkAttributes, checkForbidden } from './check-rules.js';
import { namesOf, refOfSpan } from './span-ref.js';
import type { ExpectedLink, ExpectedSpan } from './trace-contract.js';
import type { SpanStatus, TraceSpan } from './trace-span.js';
import type { Violation } from './violation.js';

/** In what a span is not what is expected of it, apart from where it is. */
export function checkSpan(span: TraceSpan, expected: ExpectedSpan, traceId: string): Violation[] {
  const violations: Violation[] = [];
  const ref = refOfSpan(span);
  const names = namesOf(expected);
  if (!names.includes(span.name)) violations.push({ type: 'wrong-name', span: ref, expected: names });
  if (span.service !== expected.service)
    violations.push({ type: 'wrong-service', span: ref, expected: expected.service });
  if (span.kind !== expected.kind) violations.push({ type: 'wrong-kind', span: ref, expected: expected.kind });
  const statuses = statusesOf(expected);
  if (!statuses.includes(span.status))
    violations.push({ type: 'wrong-status', span: ref, expected: statuses, actual: span.status });
  violations.push(
    ...checkAttributes(span, expected.attributes ?? {}),
    ...checkForbidden(span, expected.forbidden ?? []),
  );
  for (const link of expected.links ?? [])
    if (!hasLink(span, link, traceId)) violations.push({ type: 'missing-link', span: ref, expected: link });
  return violations;
}

export function statusesOf({ status }: ExpectedSpan): readonly SpanStatus[] {
  return typeof status === 'string' ? [status] : status;
}

function hasLink(span: TraceSpan, { to, attributes = {} }: ExpectedLink, traceId: string): boolean {
  return span.links.some(
    (link) =>
      (link.traceId === traceId) === (to === 'this-trace') &&
      Object.entries(attributes).every(([attribute, rule]) => {
        const value = link.attributes[attribute];
        return value !== undefined && fulfils(value, rule);
      }),
  );
}
