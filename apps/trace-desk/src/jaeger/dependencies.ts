import { decodeParentage } from '../otlp/decode-span.js';
import type { TraceStore } from '../store/trace-store.js';

export interface DependencyLink {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
}

/**
 * Which service calls which: each span whose parent is in its trace counts as one call, also within one service.
 *
 * @param window of the traces that lie within it, in Unix nanoseconds
 */
export function dependencyLinks(store: TraceStore, window: { start: bigint; end: bigint }): DependencyLink[] {
  const links = new Map<string, { parent: string; child: string; callCount: number }>();
  for (const trace of store.newestFirst()) {
    if (trace.earliestStart < Number(window.start) || trace.latestEnd > Number(window.end)) continue;
    const spans = new Map<string, { parentSpanId: string; service: string }>();
    for (const { bytes, origin } of trace.spans) {
      const { spanId, parentSpanId } = decodeParentage(bytes);
      spans.set(spanId, { parentSpanId, service: store.origin(origin).service });
    }
    for (const { parentSpanId, service: child } of spans.values()) {
      const parent = spans.get(parentSpanId)?.service;
      if (parent === undefined) continue;
      const key = JSON.stringify([parent, child]);
      const link = links.get(key) ?? { parent, child, callCount: 0 };
      link.callCount++;
      links.set(key, link);
    }
  }
  return [...links.values()];
}
