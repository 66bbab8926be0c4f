import { jsonToProtobuf } from '../../src/otlp/json-to-protobuf.js';

/** A span in a few words; what is left out has a default. */
export interface SpanSketch {
  trace?: number;
  id: number;
  parent?: number;
  name?: string;
  kind?: number;
  /** Milliseconds after `EPOCH`. */
  from?: number;
  /** Milliseconds. */
  takes?: number;
  error?: boolean;
  attributes?: Record<string, string | number>;
  events?: { name: string; at: number; attributes?: Record<string, string> }[];
  links?: { trace: number; id: number }[];
}

/** 2026-11-21T08:00:00Z. */
export const EPOCH = 1_795_248_000_000_000_000n;

export const spanId = (number: number) => number.toString(16).padStart(16, '0');
/** Trace 0 is the id that means none. */
export const traceId = (number: number) => (number === 0 ? '0'.repeat(32) : `4bf92f3577b34da6${spanId(number)}`);
export const nanos = (millis: number) => EPOCH + BigInt(Math.round(millis * 1e6));

/** An `ExportTraceServiceRequest` in OTLP's JSON: spans by service. */
export function jsonRequest(services: Record<string, SpanSketch[]>) {
  return {
    resourceSpans: Object.entries(services).map(([service, spans]) => ({
      resource: { attributes: attributes({ 'service.name': service, 'host.name': 'here' }) },
      scopeSpans: [{ scope: { name: 'sketch', version: '1' }, spans: spans.map(span) }],
    })),
  };
}

/** The same in protobuf. */
export const request = (services: Record<string, SpanSketch[]>) => jsonToProtobuf(jsonRequest(services));

function span(sketch: SpanSketch) {
  const { trace = 1, id, parent, name = `step ${id}`, kind = 1, from = id, takes = 1, error = false } = sketch;
  return {
    traceId: traceId(trace),
    spanId: spanId(id),
    ...(parent === undefined ? {} : { parentSpanId: spanId(parent) }),
    name,
    kind,
    startTimeUnixNano: String(nanos(from)),
    endTimeUnixNano: String(nanos(from + takes)),
    attributes: attributes(sketch.attributes ?? {}),
    events: (sketch.events ?? []).map((event) => ({
      name: event.name,
      timeUnixNano: String(nanos(event.at)),
      attributes: attributes(event.attributes ?? {}),
    })),
    links: (sketch.links ?? []).map((link) => ({ traceId: traceId(link.trace), spanId: spanId(link.id) })),
    status: error ? { code: 2, message: 'it failed' } : {},
  };
}

function attributes(values: Record<string, string | number>) {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
}
