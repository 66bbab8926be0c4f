import type { TraceSpan } from '@epro/trace-contract';

/** Where requests enter the system. */
const ENTRY_SERVICE = 'epro-gateway';

/**
 * The requests of a trace: callers that send several with one `traceparent` get one trace for all of them, and each
 * request is complete or not by itself.
 *
 * A span belongs to the request that it hangs below. One that hangs below none belongs to the request with its
 * `request.id`, else to the latest that had begun.
 *
 * @returns the spans of each request by its start; all of them as one, where the trace has one request or none
 */
export function splitRequests(spans: readonly TraceSpan[]): TraceSpan[][] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const parentOf = (span: TraceSpan) => (span.parentSpanId === undefined ? undefined : byId.get(span.parentSpanId));
  const entries = spans
    .filter(
      (span) => span.service === ENTRY_SERVICE && span.kind === 'SERVER' && !isWithin(ENTRY_SERVICE, span, parentOf),
    )
    .sort((a, b) => Number(a.startTime - b.startTime));
  const [first] = entries;
  if (!first || entries.length === 1) return [[...spans]];

  const requests = new Map(entries.map((entry) => [entry, [] as TraceSpan[]]));
  for (const span of spans) {
    const top = topOf(span, parentOf, (each) => requests.has(each));
    const entry = requests.has(top)
      ? top
      : (entries.find(sharesRequestId(span)) ?? latestBefore(span, entries) ?? first);
    requests.get(entry)?.push(span);
  }
  return [...requests.values()];
}

function isWithin(service: string, span: TraceSpan, parentOf: (span: TraceSpan) => TraceSpan | undefined): boolean {
  return parentOf(span)?.service === service;
}

/** The nearest span at or above this one that `isTop`, else the last one above it. */
function topOf(
  span: TraceSpan,
  parentOf: (span: TraceSpan) => TraceSpan | undefined,
  isTop: (span: TraceSpan) => boolean,
): TraceSpan {
  const seen = new Set<TraceSpan>();
  let top = span;
  while (!isTop(top) && !seen.has(top)) {
    seen.add(top);
    const parent = parentOf(top);
    if (!parent) break;
    top = parent;
  }
  return top;
}

const sharesRequestId = (span: TraceSpan) => (entry: TraceSpan) =>
  span.attributes['request.id'] !== undefined && entry.attributes['request.id'] === span.attributes['request.id'];

const latestBefore = (span: TraceSpan, entries: readonly TraceSpan[]) =>
  entries.findLast((entry) => entry.startTime <= span.startTime);
