import { fulfils } from './attribute-rule.js';
import { isExact, namesOf } from './span-ref.js';
import type { ExpectedSpan } from './trace-contract.js';
import type { TraceIndex } from './trace-index.js';
import type { TraceSpan } from './trace-span.js';

/** A place in the expected tree, and the span that was found for it. */
export interface Slot {
  readonly expected: ExpectedSpan;
  readonly parent?: Slot;
  readonly children: Slot[];
  span?: TraceSpan;
}

/** How well a span fits a place that nothing fits exactly. */
const SCORE = { name: 4, parent: 3, service: 2, child: 2, attributes: 2, kind: 1 } as const;
/** A span in the right place with another name fits; one that only is of the same process and kind does not. */
const FITS = 6;

/**
 * Finds for each expected span the one that was meant, also where it has the wrong name, kind, service or parent, so
 * that one fault does not look like many. What fits exactly and is in its place comes first, then what fits exactly
 * and is elsewhere, then what fits best.
 */
export function alignTrace(root: ExpectedSpan, index: TraceIndex): { slots: Slot[]; slotOf: Map<TraceSpan, Slot> } {
  const alignment = new Alignment(root, index);
  alignment.run();
  return { slots: alignment.slots(), slotOf: alignment.slotOf };
}

class Alignment {
  readonly slotOf = new Map<TraceSpan, Slot>();
  readonly #root: Slot;

  constructor(
    root: ExpectedSpan,
    private readonly index: TraceIndex,
  ) {
    this.#root = createSlot(root);
  }

  run(): void {
    for (const slot of this.slots()) {
      if (slot.span) continue;
      const span = this.#best(
        slot,
        this.#free().filter((each) => isExact(slot.expected, each)),
      );
      if (span) this.#assign(slot, span);
    }
    for (let match = this.#nearest(); match; match = this.#nearest()) this.#assign(match.slot, match.span);
  }

  /** Parents before their children. */
  slots(): Slot[] {
    const slots = [this.#root];
    for (const slot of slots) slots.push(...slot.children);
    return slots;
  }

  #free(): TraceSpan[] {
    return this.index.spans.filter((span) => !this.slotOf.has(span));
  }

  /** Takes the span, and below it everything that is where it should be. */
  #assign(slot: Slot, span: TraceSpan): void {
    slot.span = span;
    this.slotOf.set(span, slot);
    const free = () => this.index.childrenOf(span).filter((each) => !this.slotOf.has(each));
    for (const child of [...slot.children]) {
      if (child.span) continue;
      const found = this.#best(
        child,
        free().filter((each) => isExact(child.expected, each)),
      );
      if (found) this.#assign(child, found);
    }
    for (const { expected } of slot.children.filter((child) => child.expected.occurs === 'one-or-more' && child.span)) {
      for (const each of free().filter((one) => isExact(expected, one))) {
        const another = createSlot(expected, slot);
        slot.children.push(another);
        this.#assign(another, each);
      }
    }
  }

  /** Of several that fit exactly, the one with the children that are expected; then the first. */
  #best(slot: Slot, candidates: readonly TraceSpan[]): TraceSpan | undefined {
    const expected = slot.children.map((child) => child.expected);
    const weight = (span: TraceSpan) =>
      this.index.childrenOf(span).filter((child) => expected.some((each) => isExact(each, child))).length +
      (slot.parent || this.index.parentOf(span) ? 0 : 1);
    return candidates.reduce<TraceSpan | undefined>(
      (best, each) => (best === undefined || weight(each) > weight(best) ? each : best),
      undefined,
    );
  }

  #nearest(): { slot: Slot; span: TraceSpan } | undefined {
    let best: { slot: Slot; span: TraceSpan; score: number } | undefined;
    const free = this.#free();
    for (const slot of this.slots()) {
      if (slot.span) continue;
      for (const span of free) {
        const score = this.#score(slot, span);
        if (score >= FITS && score > (best?.score ?? 0)) best = { slot, span, score };
      }
    }
    return best;
  }

  #score(slot: Slot, span: TraceSpan): number {
    const { expected, parent, children } = slot;
    const hasName = namesOf(expected).includes(span.name);
    // Without its name an optional span is just one that nobody asked for.
    if (expected.occurs === 'optional' && !hasName) return 0;
    const actualParent = this.index.parentOf(span);
    // A second one of a sibling is that, and not this one under a wrong name.
    if (parent?.children.some((sibling) => sibling.span && isExact(sibling.expected, span))) return 0;
    const attributes = Object.entries(expected.attributes ?? {}).filter(([, rule]) => rule !== 'present');
    const hasAttributes = attributes.every(([attribute, rule]) => {
      const value = span.attributes[attribute];
      return value !== undefined && fulfils(value, rule);
    });
    return (
      (hasName ? SCORE.name : 0) +
      (expected.service === span.service ? SCORE.service : 0) +
      (expected.kind === span.kind ? SCORE.kind : 0) +
      ((parent ? parent.span !== undefined && parent.span === actualParent : !actualParent) ? SCORE.parent : 0) +
      (children.some((child) => child.span && child.span.parentSpanId === span.spanId) ? SCORE.child : 0) +
      (attributes.length > 0 && hasAttributes ? SCORE.attributes : 0)
    );
  }
}

function createSlot(expected: ExpectedSpan, parent?: Slot): Slot {
  const slot: Slot = { expected, children: [], ...(parent && { parent }) };
  for (const child of expected.children ?? []) slot.children.push(createSlot(child, slot));
  return slot;
}
