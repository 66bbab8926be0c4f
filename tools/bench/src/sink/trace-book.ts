/** What the trace of an accepted submission must be. */
export interface TraceExpectation {
  /** Every `service.name` that must be in it. */
  readonly services: readonly string[];
  /** How many spans it must have; any number where this is not said. */
  readonly spans?: number;
}

export const FLAWS = [
  'absent',
  'no-root',
  'several-roots',
  'orphans',
  'missing-service',
  'missing-spans',
  'extra-spans',
] as const;
export type Flaw = (typeof FLAWS)[number];

export interface TraceReport {
  /** Submissions that were accepted. */
  readonly accepted: number;
  /** Accepted submissions whose trace is what was expected. */
  readonly complete: number;
  /** Spans in the traces of accepted submissions. */
  readonly spans: number;
  /** How many accepted submissions have a trace of so many spans. */
  readonly sizes: Readonly<Record<number, number>>;
  /** The first flaw of each trace that has one. */
  readonly flaws: Readonly<Partial<Record<Flaw, number>>>;
  /** A few traces with flaws, to look into. */
  readonly examples: readonly { readonly traceId: string; readonly flaw: Flaw; readonly spans: number }[];
  /** Traces of anything but accepted submissions, such as signing in, and their spans. */
  readonly others: number;
  readonly spansOfOthers: number;
  /** Spans that came twice, as when an export is tried again. */
  readonly duplicates: number;
}

interface TraceRecord {
  accepted: boolean;
  readonly parentOf: Map<string, string>;
  readonly services: Set<string>;
  /** When something of it came last. */
  seenAt: number;
}

const MOST_EXAMPLES = 10;

/**
 * Keeps the traces that spans still come for, judges those that have been quiet for long enough, and forgets them. So
 * its memory is bounded by how much comes in that time. Times are in ms, on any clock.
 */
export class TraceBook {
  /** Ordered by when something came last. */
  private readonly open = new Map<string, TraceRecord>();
  private accepted = 0;
  private complete = 0;
  private spans = 0;
  private others = 0;
  private spansOfOthers = 0;
  private duplicates = 0;
  private readonly sizes = new Map<number, number>();
  private readonly flaws = new Map<Flaw, number>();
  private readonly examples: { traceId: string; flaw: Flaw; spans: number }[] = [];

  constructor(
    private readonly expectation: TraceExpectation,
    private readonly quietMs: number,
  ) {}

  /** How many traces it keeps. */
  get size(): number {
    return this.open.size;
  }

  addSpan(service: string, traceId: string, spanId: string, parentSpanId: string, now: number): void {
    const record = this.touch(traceId, now);
    if (record.parentOf.has(spanId)) this.duplicates++;
    record.parentOf.set(spanId, parentSpanId);
    record.services.add(service);
  }

  /** Tells that the submission with this trace was accepted. */
  accept(traceId: string, now: number): void {
    this.touch(traceId, now).accepted = true;
    this.accepted++;
  }

  /** Judges the traces for which nothing has come for long enough. */
  settle(now: number): void {
    for (const [traceId, record] of this.open) {
      if (now - record.seenAt < this.quietMs) return;
      this.close(traceId, record);
    }
  }

  /** Judges all there are: nothing more will come. */
  settleAll(): void {
    for (const [traceId, record] of this.open) this.close(traceId, record);
  }

  report(): TraceReport {
    return {
      accepted: this.accepted,
      complete: this.complete,
      spans: this.spans,
      sizes: Object.fromEntries(this.sizes),
      flaws: Object.fromEntries(this.flaws),
      examples: this.examples,
      others: this.others,
      spansOfOthers: this.spansOfOthers,
      duplicates: this.duplicates,
    };
  }

  private touch(traceId: string, now: number): TraceRecord {
    let record = this.open.get(traceId);
    if (record) this.open.delete(traceId);
    else record = { accepted: false, parentOf: new Map(), services: new Set(), seenAt: now };
    record.seenAt = now;
    this.open.set(traceId, record);
    return record;
  }

  private close(traceId: string, record: TraceRecord): void {
    this.open.delete(traceId);
    if (!record.accepted) {
      this.others++;
      this.spansOfOthers += record.parentOf.size;
      return;
    }
    const size = record.parentOf.size;
    this.spans += size;
    increment(this.sizes, size);
    const flaw = flawOf(record, this.expectation);
    if (flaw === undefined) {
      this.complete++;
      return;
    }
    increment(this.flaws, flaw);
    if (this.examples.length < MOST_EXAMPLES) this.examples.push({ traceId, flaw, spans: size });
  }
}

function flawOf({ parentOf, services }: TraceRecord, expectation: TraceExpectation): Flaw | undefined {
  if (parentOf.size === 0) return 'absent';
  let roots = 0;
  let orphans = 0;
  for (const parent of parentOf.values()) {
    if (parent === '') roots++;
    else if (!parentOf.has(parent)) orphans++;
  }
  if (roots === 0) return 'no-root';
  if (orphans > 0) return 'orphans';
  if (roots > 1) return 'several-roots';
  if (!expectation.services.every((service) => services.has(service))) return 'missing-service';
  const { spans = parentOf.size } = expectation;
  if (parentOf.size < spans) return 'missing-spans';
  return parentOf.size > spans ? 'extra-spans' : undefined;
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
