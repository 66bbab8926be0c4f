import { STATUS_ERROR } from '../otlp/otlp-json.js';
import { findAttribute } from './attribute-text.js';
import type { TraceSpan } from './read-trace.js';

export interface TraceSummary {
  readonly rootService: string;
  readonly rootOperation: string;
  /** Unix nanoseconds. */
  readonly start: bigint;
  readonly end: bigint;
  readonly spanCount: number;
  readonly errorSpanCount: number;
  /** Spans that name a parent which is not in the trace. */
  readonly orphanSpanCount: number;
  /** In alphabetical order. */
  readonly services: readonly { readonly name: string; readonly spanCount: number; readonly errorSpanCount: number }[];
  /** The different values of the attributes that people search by. */
  readonly subjects: { readonly patients: string[]; readonly tenants: string[]; readonly requests: string[] };
}

/** The root is the span without a parent that started first; a trace whose root has not arrived has none. */
export function summarizeTrace(spans: readonly TraceSpan[]): TraceSummary {
  const ids = new Set(spans.map(({ span }) => span.spanId));
  const starts = spans.map(({ span }) => BigInt(span.startTimeUnixNano));
  const ends = spans.map(({ span }) => BigInt(span.endTimeUnixNano));
  const root = spans
    .filter(({ span }) => span.parentSpanId === undefined)
    .reduce<TraceSpan | undefined>((first, next) => (first && startsNoLater(first, next) ? first : next), undefined);
  const isError = ({ span }: TraceSpan) => span.status.code === STATUS_ERROR;
  const byService = Map.groupBy(spans, ({ origin }) => origin.service);
  return {
    rootService: root?.origin.service ?? '',
    rootOperation: root?.span.name ?? '',
    start: starts.reduce((least, start) => (start < least ? start : least)),
    end: ends.reduce((most, end) => (end > most ? end : most)),
    spanCount: spans.length,
    errorSpanCount: spans.filter(isError).length,
    orphanSpanCount: spans.filter(({ span }) => span.parentSpanId !== undefined && !ids.has(span.parentSpanId)).length,
    services: [...byService.keys()].sort().map((name) => {
      const own = byService.get(name)!;
      return { name, spanCount: own.length, errorSpanCount: own.filter(isError).length };
    }),
    subjects: {
      patients: distinct(spans, 'patient.id'),
      tenants: distinct(spans, 'tenant.id'),
      requests: distinct(spans, 'request.id'),
    },
  };
}

const startsNoLater = (a: TraceSpan, b: TraceSpan) =>
  BigInt(a.span.startTimeUnixNano) <= BigInt(b.span.startTimeUnixNano);

function distinct(spans: readonly TraceSpan[], key: string): string[] {
  const values = new Set<string>();
  for (const { span } of spans) {
    const value = findAttribute(span.attributes, key);
    if (value !== undefined) values.add(value);
  }
  return [...values];
}
