import { decodeSpan } from '../otlp/decode-span.js';
import type { OtlpSpan } from '../otlp/otlp-json.js';
import type { Origin } from '../store/origin.js';
import type { StoredTrace } from '../store/stored-trace.js';

/** A decoded span of a stored trace. */
export interface TraceSpan {
  readonly span: OtlpSpan;
  readonly origin: Origin;
  /** What is wrong with it, in Jaeger's words. */
  readonly warnings: readonly string[];
}

/**
 * Decodes a trace the way Jaeger's query service presents one: spans that were sent twice are there once, links that
 * name no trace are gone, and what looks wrong carries a warning.
 *
 * @param raw exactly as stored instead
 */
export function readTrace(trace: StoredTrace, origin: (id: number) => Origin, raw = false): TraceSpan[] {
  const stored = raw ? [...trace.spans] : withoutDuplicates(trace);
  const decoded = stored.map(({ bytes, origin: id }) => ({
    span: decodeSpan(bytes),
    origin: origin(id),
    warnings: [],
  }));
  return raw ? decoded : present(decoded);
}

/** An exporter that saw no answer sends its batch again. */
function withoutDuplicates(trace: StoredTrace) {
  const seen = new Set<string>();
  return [...trace.spans].filter(({ bytes, origin }) => {
    const key = `${origin}:${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')}`;
    return seen.size !== seen.add(key).size;
  });
}

function present(spans: readonly TraceSpan[]): TraceSpan[] {
  const ids = new Set(spans.map(({ span }) => span.spanId));
  const seen = new Set<string>();
  return spans.map(({ span, origin }) => {
    const warnings: string[] = [];
    let endTimeUnixNano = span.endTimeUnixNano;
    if (BigInt(span.endTimeUnixNano) < BigInt(span.startTimeUnixNano)) {
      endTimeUnixNano = String(BigInt(span.startTimeUnixNano) + 1n);
      warnings.push('Negative duration detected, sanitizing end timestamp.');
    }
    const links = span.links?.filter(({ traceId, spanId }) => traceId !== '' && spanId !== '');
    if (links && links.length < span.links!.length) warnings.push('Invalid span link removed');
    if (seen.size === seen.add(span.spanId).size) warnings.push('duplicate span IDs; skipping clock skew adjustment');
    else if (span.parentSpanId !== undefined && !ids.has(span.parentSpanId))
      warnings.push(`parent span ID=${span.parentSpanId} is not in the trace; skipping clock skew adjustment`);
    return { span: { ...span, endTimeUnixNano, links }, origin, warnings };
  });
}
