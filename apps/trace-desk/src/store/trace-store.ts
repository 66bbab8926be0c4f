import { decodeSpan } from '../otlp/decode-span.js';
import type { PartialSuccess } from '../otlp/otlp-encoding.js';
import { Catalog } from './catalog.js';
import { decodeRequest, type ReceivedSpan } from './decode-request.js';
import { InternTable } from './intern-table.js';
import type { Origin } from './origin.js';
import { storedBytes } from './span-log.js';
import { StoredTrace } from './stored-trace.js';

export interface StoreLimits {
  readonly maxTraces: number;
  /** Of all traces together, approximately. */
  readonly maxBytes: number;
}

export interface StoreStatistics {
  readonly traces: number;
  readonly spans: number;
  readonly bytes: number;
  /** Traces that were dropped to make room. */
  readonly evictedTraces: number;
  readonly rejectedSpans: number;
}

/** The share of the memory that one trace may take, so that one runaway trace cannot push out all others. */
const LARGEST_TRACE = 1 / 4;

/**
 * Recent traces, in memory, within bounds of number and of bytes. When a bound is passed, whole traces are dropped, the
 * one that began to arrive first before the others. A span that comes late joins its trace.
 */
export class TraceStore {
  /** In the order in which they began to arrive. */
  readonly #traces = new Map<string, StoredTrace>();
  readonly #origins = new InternTable<Origin>();
  readonly #catalog = new Catalog();
  readonly #limits: StoreLimits;
  #bytes = 0;
  #spans = 0;
  #evictedTraces = 0;
  #rejectedSpans = 0;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  /**
   * Stores an encoded `ExportTraceServiceRequest`.
   *
   * @returns how many of its spans were refused, and why
   * @throws OtlpFormatError for bytes that are not such a request; nothing of it is stored
   */
  ingest(request: Uint8Array): PartialSuccess {
    const received = decodeRequest(request, (key) => this.#origins.find(key));
    const identified = received.filter(({ span }) => span.traceId !== '' && span.spanId !== '');
    let tooMany = 0;
    for (const [traceId, spans] of Map.groupBy(identified, ({ span }) => span.traceId))
      tooMany += this.#append(traceId, spans);
    this.#makeRoom();

    const reasons: string[] = [];
    const unidentified = received.length - identified.length;
    if (unidentified > 0) reasons.push(`${unidentified} spans have no trace id or no span id`);
    if (tooMany > 0) reasons.push(`${tooMany} spans belong to a trace that has no more room`);
    this.#rejectedSpans += unidentified + tooMany;
    return { rejected: unidentified + tooMany, reason: reasons.join('; ') };
  }

  get(id: string): StoredTrace | undefined {
    return this.#traces.get(id);
  }

  origin(id: number): Origin {
    return this.#origins.get(id);
  }

  /** The trace that began to arrive last comes first. */
  newestFirst(): StoredTrace[] {
    return [...this.#traces.values()].reverse();
  }

  get catalog(): Pick<Catalog, 'services' | 'operations'> {
    return this.#catalog;
  }

  get statistics(): StoreStatistics {
    return {
      traces: this.#traces.size,
      spans: this.#spans,
      bytes: this.#bytes,
      evictedTraces: this.#evictedTraces,
      rejectedSpans: this.#rejectedSpans,
    };
  }

  /** Returns how many of the spans there was no room for. */
  #append(traceId: string, received: readonly ReceivedSpan[]): number {
    const trace = this.#traces.get(traceId) ?? new StoredTrace(traceId);
    let room = this.#limits.maxBytes * LARGEST_TRACE - trace.bytes;
    const fitting = received.filter(({ bytes }) => (room -= storedBytes({ origin: 0, bytes })) >= 0);
    if (fitting.length === 0) return received.length;

    const before = this.#traces.has(traceId) ? trace.bytes : 0;
    trace.append(
      fitting.map(({ span, bytes, origin, originKey, terms }) => {
        this.#catalog.add(origin.service, span.name, span.kind);
        const id = this.#origins.acquire(originKey, origin);
        return { span, bytes, origin: id, terms: [...terms, ...origin.terms] };
      }),
    );
    this.#traces.set(traceId, trace);
    this.#bytes += trace.bytes - before;
    this.#spans += fitting.length;
    return received.length - fitting.length;
  }

  #makeRoom(): void {
    for (const [id, trace] of this.#traces) {
      if (this.#traces.size <= this.#limits.maxTraces && this.#bytes <= this.#limits.maxBytes) return;
      this.#traces.delete(id);
      this.#forget(trace);
      this.#evictedTraces++;
    }
  }

  #forget(trace: StoredTrace): void {
    for (const { origin, bytes } of trace.spans) {
      const { name, kind } = decodeSpan(bytes);
      this.#catalog.remove(this.#origins.get(origin).service, name, kind);
      this.#origins.release(origin);
    }
    this.#bytes -= trace.bytes;
    this.#spans -= trace.spanCount;
  }
}
