import { alignTrace, type Slot } from './align-trace.js';
import { checkAttributeRules, checkName } from './check-rules.js';
import { checkMissing } from './check-missing.js';
import { checkPlace } from './check-place.js';
import { checkSpan } from './check-span.js';
import { isExact, refOfSpan } from './span-ref.js';
import type { TraceContract } from './trace-contract.js';
import { TraceIndex } from './trace-index.js';
import type { TraceSpan } from './trace-span.js';
import type { Violation } from './violation.js';

/**
 * Everything in which a trace is not what its contract says; nothing for a complete one. One cause gives one
 * violation: a span that is missing, misnamed or in the wrong place takes nothing else with it.
 *
 * @param spans of one request, in any order; spans of a second trace id are recognised as what broke off
 */
export function checkTrace(spans: readonly TraceSpan[], { root, rules }: TraceContract): Violation[] {
  const index = new TraceIndex(spans);
  const { slots, slotOf } = alignTrace(root, index);
  const rootSpan = slots[0]?.span;
  const traceId = rootSpan?.traceId ?? mostCommonTrace(index.spans);
  const isTopOfOther = (span: TraceSpan) => span.traceId !== traceId && index.parentOf(span)?.traceId !== span.traceId;
  const found = slots.filter((slot): slot is FoundSlot => slot.span !== undefined);
  return [
    ...index.repeated.map((span): Violation => ({ type: 'duplicated', span: refOfSpan(span), sameId: true })),
    ...index.spans.filter(isTopOfOther).map((span) => otherTrace(span, traceId, index)),
    ...checkMissing(slots, index),
    ...found.flatMap((slot) => checkSpan(slot.span, slot.expected, traceId)),
    ...found.filter(({ span }) => !isTopOfOther(span)).flatMap((slot) => checkPlace(slot, index, rules)),
    ...checkUnmatched(index, slotOf),
    ...checkAttributeRules(index.spans, rules, rootSpan),
    ...index.spans.filter((span) => !isMisnamed(span, slotOf)).flatMap((span) => checkName(span, rules)),
  ];
}

type FoundSlot = Slot & { span: TraceSpan };

function isMisnamed(span: TraceSpan, slotOf: ReadonlyMap<TraceSpan, Slot>): boolean {
  const slot = slotOf.get(span);
  return slot !== undefined && !isExact({ ...slot.expected, service: span.service, kind: span.kind }, span);
}

function mostCommonTrace(spans: readonly TraceSpan[]): string {
  const counts = new Map<string, number>();
  for (const { traceId } of spans) counts.set(traceId, (counts.get(traceId) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? '';
}

function otherTrace(span: TraceSpan, expectedTraceId: string, index: TraceIndex): Violation {
  const { traceId } = span;
  const alsoThere = index.countBelow(span, (each) => each.traceId === traceId);
  return { type: 'other-trace', span: refOfSpan(span), traceId, expectedTraceId, alsoThere };
}

/** Spans that no place is left for: a second one for an operation that is there, or one that nobody expects. */
function checkUnmatched(index: TraceIndex, slotOf: ReadonlyMap<TraceSpan, Slot>): Violation[] {
  const isUnmatched = (span: TraceSpan) => !slotOf.has(span);
  return index.spans.filter(isUnmatched).flatMap((span): Violation[] => {
    const parent = index.parentOf(span);
    if (parent && isUnmatched(parent) && !isOwnAncestor(span, index)) return [];
    const siblings = parent ? (slotOf.get(parent)?.children ?? []) : [];
    if (siblings.some((slot) => isExact(slot.expected, span)))
      return [{ type: 'duplicated', span: refOfSpan(span), sameId: false }];
    return [
      {
        type: 'unexpected',
        span: refOfSpan(span),
        ...(parent && { parent: refOfSpan(parent) }),
        orphaned: index.isOrphan(span),
        alsoUnexpected: index.countBelow(span, isUnmatched),
      },
    ];
  });
}

/** Spans in a circle have no topmost one. */
function isOwnAncestor(span: TraceSpan, index: TraceIndex): boolean {
  const seen = new Set<TraceSpan>();
  for (let each = index.parentOf(span); each && !seen.has(each); each = index.parentOf(each)) {
    if (each === span) return true;
    seen.add(each);
  }
  return false;
}
