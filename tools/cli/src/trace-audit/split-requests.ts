import type { TraceSpan } from '@epro/trace-contract';
import { isRequest } from './request-span.js';

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
    // A span may be there twice, under one id.
    .filter((span) => isRequest(span) && byId.get(span.spanId) === span && parentOf(span)?.service !== span.service)
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
