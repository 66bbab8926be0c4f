import type { TraceSpan } from './trace-span.js';

/** The spans of a trace by id and by parent. A span that was delivered twice is in it once. */
export class TraceIndex {
  /** In the order of their start. */
  readonly spans: readonly TraceSpan[];
  /** The second and later deliveries of a span. */
  readonly repeated: readonly TraceSpan[];
  readonly #byId = new Map<string, TraceSpan>();
  readonly #children = new Map<string, TraceSpan[]>();

  constructor(spans: readonly TraceSpan[]) {
    const repeated: TraceSpan[] = [];
    for (const span of [...spans].sort(byStart)) {
      if (this.#byId.has(span.spanId)) repeated.push(span);
      else this.#byId.set(span.spanId, span);
    }
    this.spans = [...this.#byId.values()];
    this.repeated = repeated;
    for (const span of this.spans) {
      if (!span.parentSpanId) continue;
      const siblings = this.#children.get(span.parentSpanId);
      if (siblings) siblings.push(span);
      else this.#children.set(span.parentSpanId, [span]);
    }
  }

  parentOf(span: TraceSpan): TraceSpan | undefined {
    return span.parentSpanId ? this.#byId.get(span.parentSpanId) : undefined;
  }

  /** In the order of their start. */
  childrenOf(span: TraceSpan): readonly TraceSpan[] {
    return this.#children.get(span.spanId) ?? [];
  }

  /** Its parent is named and is not here. */
  isOrphan(span: TraceSpan): boolean {
    return Boolean(span.parentSpanId) && !this.parentOf(span);
  }

  /** How many spans below this one are of a kind; spans that are each other's parents are counted once. */
  countBelow(span: TraceSpan, isMeant: (span: TraceSpan) => boolean): number {
    const seen = new Set([span]);
    for (const each of seen) for (const child of this.childrenOf(each)) if (isMeant(child)) seen.add(child);
    return seen.size - 1;
  }
}

function byStart(one: TraceSpan, other: TraceSpan): number {
  return one.startTime < other.startTime ? -1 : one.startTime > other.startTime ? 1 : 0;
}
