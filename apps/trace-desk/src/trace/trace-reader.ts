import { hasTerm, searchTerm } from '../store/search-term.js';
import { OPERATION_KEY } from '../store/decode-request.js';
import { ROUNDING, type StoredTrace } from '../store/stored-trace.js';
import type { TraceStore } from '../store/trace-store.js';
import { readTrace, type TraceSpan } from './read-trace.js';
import { isStoredKey, matchesSpan, type SpanQuery } from './span-query.js';
import { summarizeTrace, type TraceSummary } from './summarize-trace.js';

export interface FoundTrace {
  readonly id: string;
  readonly spans: readonly TraceSpan[];
}

/** Reads the store: one trace, or those that match. */
export class TraceReader {
  readonly #store: TraceStore;
  /** Of the traces that were listed; a trace that grew is summarized anew. */
  readonly #summaries = new WeakMap<StoredTrace, { spanCount: number; summary: TraceSummary }>();

  constructor(store: TraceStore) {
    this.#store = store;
  }

  get(id: string, raw = false): FoundTrace | undefined {
    const trace = this.#store.get(id);
    return trace && { id, spans: this.#read(trace, raw) };
  }

  /**
   * The ids of the traces with a span that satisfies the query; the one that began to arrive last comes first. Ids only:
   * a thousand decoded traces at once would take ten times the memory of the store.
   */
  find(query: SpanQuery, limit: number): string[] {
    const found: string[] = [];
    const mayMatch = prefilter(query);
    for (const trace of this.#store.newestFirst()) {
      if (found.length >= limit) break;
      if (mayMatch(trace) && this.#read(trace, false).some((span) => matchesSpan(span, query))) found.push(trace.id);
    }
    return found;
  }

  /** Decodes one trace after the other, as they are asked for. One that was evicted meanwhile is passed over. */
  *each(ids: readonly string[], raw = false): Generator<FoundTrace> {
    for (const id of ids) {
      const found = this.get(id, raw);
      if (found) yield found;
    }
  }

  summary(trace: StoredTrace): TraceSummary {
    const known = this.#summaries.get(trace);
    if (known?.spanCount === trace.spanCount) return known.summary;
    const summary = summarizeTrace(this.#read(trace, false));
    this.#summaries.set(trace, { spanCount: trace.spanCount, summary });
    return summary;
  }

  #read(trace: StoredTrace, raw: boolean): TraceSpan[] {
    return readTrace(trace, (id) => this.#store.origin(id), raw);
  }
}

/** A test that needs no decoding and lets every trace through that matches. */
function prefilter(query: SpanQuery): (trace: StoredTrace) => boolean {
  const terms = [...query.attributes].filter(([key]) => isStoredKey(key)).map(([key, value]) => searchTerm(key, value));
  if (query.service) terms.push(searchTerm('service.name', query.service));
  if (query.operation) terms.push(searchTerm(OPERATION_KEY, query.operation));
  const startMin = query.startMin === undefined ? -Infinity : Number(query.startMin) - ROUNDING;
  const startMax = query.startMax === undefined ? Infinity : Number(query.startMax) + ROUNDING;
  const durationMin = query.durationMin ? Number(query.durationMin) - ROUNDING : -Infinity;
  const durationMax = query.durationMax ? Number(query.durationMax) + ROUNDING : Infinity;
  return (trace) =>
    trace.latestStart >= startMin &&
    trace.earliestStart <= startMax &&
    trace.longestSpan >= durationMin &&
    trace.shortestSpan <= durationMax &&
    terms.every((term) => hasTerm(trace.terms, term));
}
