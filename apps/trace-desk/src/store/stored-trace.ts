import { STATUS_ERROR, type OtlpSpan } from '../otlp/otlp-json.js';
import { addTerms } from './search-term.js';
import { SpanLog, storedBytes, type StoredSpan } from './span-log.js';

/** A span on its way into a trace. */
export interface AppendedSpan extends StoredSpan {
  readonly span: OtlpSpan;
  readonly terms: readonly number[];
}

/** Covers what nanoseconds lose as floating-point numbers. */
export const ROUNDING = 1000;

/** What a trace costs beside its spans, as measured: the object, its map entry, its arrays. */
const OVERHEAD_BYTES = 2500;

/**
 * One trace, compact: its encoded spans and what a search needs to pass it over without decoding them. The times are
 * nanoseconds as floating point, exact to a quarter of a microsecond: good for passing over, not for deciding.
 */
export class StoredTrace {
  readonly spans = new SpanLog();
  terms: Uint32Array = new Uint32Array();
  spanCount = 0;
  hasError = false;
  earliestStart = Infinity;
  latestStart = -Infinity;
  latestEnd = -Infinity;
  longestSpan = 0;
  shortestSpan = Infinity;
  #spanBytes = 0;

  constructor(readonly id: string) {}

  /** The approximate memory it takes. */
  get bytes(): number {
    return OVERHEAD_BYTES + this.#spanBytes + this.terms.byteLength;
  }

  append(added: readonly AppendedSpan[]): void {
    this.spans.append(added);
    for (const { span, ...stored } of added) {
      this.#spanBytes += storedBytes(stored);
      this.hasError ||= span.status.code === STATUS_ERROR;
      this.#widen(Number(span.startTimeUnixNano), Number(span.endTimeUnixNano));
    }
    this.spanCount += added.length;
    this.terms = addTerms(
      this.terms,
      added.flatMap(({ terms }) => terms),
    );
  }

  #widen(start: number, end: number): void {
    this.earliestStart = Math.min(this.earliestStart, start);
    this.latestStart = Math.max(this.latestStart, start);
    this.latestEnd = Math.max(this.latestEnd, start, end);
    this.longestSpan = Math.max(this.longestSpan, end - start);
    this.shortestSpan = Math.min(this.shortestSpan, Math.max(end - start, 0));
  }
}
