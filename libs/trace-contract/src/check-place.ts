import type { Slot } from './align-trace.js';
import { refOfExpected, refOfSpan } from './span-ref.js';
import type { TraceRules } from './trace-contract.js';
import type { TraceIndex } from './trace-index.js';
import type { TraceSpan } from './trace-span.js';
import type { Violation } from './violation.js';

/** Whether a span hangs where it should, and lies within the time of what it hangs below. */
export function checkPlace(slot: Slot & { span: TraceSpan }, index: TraceIndex, rules: TraceRules): Violation[] {
  const { span, parent: expectedParent, expected } = slot;
  const actual = index.parentOf(span);
  if (!expectedParent) {
    if (actual) return [{ type: 'mis-parented', span: refOfSpan(span), actualParent: refOfSpan(actual) }];
    if (span.parentSpanId && !expected.remoteParent)
      return [{ type: 'orphaned', span: refOfSpan(span), parentSpanId: span.parentSpanId }];
    return [];
  }
  if (actual && actual === expectedParent.span) return checkTime(span, actual, expected.outlivesParent ?? false, rules);
  // Where its parent is missing, hanging below nothing or below the next one up follows from that.
  if (!expectedParent.span && (index.isOrphan(span) || (actual && actual === nearestFound(expectedParent)))) return [];
  const due = expectedParent.span ? refOfSpan(expectedParent.span) : refOfExpected(expectedParent.expected);
  if (span.parentSpanId && !actual)
    return [{ type: 'orphaned', span: refOfSpan(span), parentSpanId: span.parentSpanId, expectedParent: due }];
  return [
    {
      type: 'mis-parented',
      span: refOfSpan(span),
      ...(actual && { actualParent: refOfSpan(actual) }),
      expectedParent: due,
    },
  ];
}

function nearestFound(slot: Slot): TraceSpan | undefined {
  let each: Slot | undefined = slot;
  while (each && !each.span) each = each.parent;
  return each?.span;
}

function checkTime(
  span: TraceSpan,
  parent: TraceSpan,
  outlives: boolean,
  { clockToleranceMs }: TraceRules,
): Violation[] {
  const early = Number(parent.startTime - span.startTime) / 1e6;
  const late = Number(span.endTime - parent.endTime) / 1e6;
  const outside = (edge: 'start' | 'end', byMs: number): Violation => ({
    type: 'outside-parent',
    span: refOfSpan(span),
    parent: refOfSpan(parent),
    edge,
    byMs,
  });
  return [
    ...(early > clockToleranceMs ? [outside('start', early)] : []),
    ...(late > clockToleranceMs && !outlives ? [outside('end', late)] : []),
  ];
}
