import type { Slot } from './align-trace.js';
import { refOfExpected, refOfSpan } from './span-ref.js';
import type { TraceIndex } from './trace-index.js';
import type { MissingSpan } from './violation.js';

/** The expected spans that are not there; where all below one is missing too, only the topmost. */
export function checkMissing(slots: readonly Slot[], index: TraceIndex): MissingSpan[] {
  const root = slots[0];
  if (!root) return [];
  // A piece that starts a trace of its own is not short of everything around it: that it starts is its fault.
  const pieces = root.span ? [] : slots.filter(({ span }) => span && !span.parentSpanId);
  return (pieces.length > 0 ? pieces : [root]).flatMap((top) => missingIn(top, index));
}

function missingIn(slot: Slot, index: TraceIndex): MissingSpan[] {
  if (slot.span) return slot.children.flatMap((child) => missingIn(child, index));
  const isTreeMissing = !hasSpanBelow(slot);
  if (isTreeMissing && slot.expected.occurs === 'optional') return [];
  const { parent } = slot;
  const missing: MissingSpan = {
    type: 'missing',
    expected: refOfExpected(slot.expected),
    ...(parent && { expectedParent: parent.span ? refOfSpan(parent.span) : refOfExpected(parent.expected) }),
    alsoMissing: isTreeMissing ? requiredBelow(slot) : 0,
    orphans: slot.children.flatMap(({ span }) => (span && index.isOrphan(span) ? [refOfSpan(span)] : [])),
  };
  return isTreeMissing ? [missing] : [missing, ...slot.children.flatMap((child) => missingIn(child, index))];
}

function hasSpanBelow(slot: Slot): boolean {
  return slot.children.some((child) => child.span !== undefined || hasSpanBelow(child));
}

function requiredBelow(slot: Slot): number {
  return slot.children
    .filter(({ expected }) => expected.occurs !== 'optional')
    .reduce((count, child) => count + 1 + requiredBelow(child), 0);
}
