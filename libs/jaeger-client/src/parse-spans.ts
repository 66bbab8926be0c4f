import type { SpanKind, SpanStatus, TraceSpan } from '@epro/trace-contract';
import { attributeValues } from './attribute-values.js';
import { JaegerError } from './jaeger.error.js';
import type { OtlpSpan, OtlpTraces } from './otlp-json.js';

/** In which Jaeger reports what it thinks of a span; no program set it. */
const WARNINGS = '@jaeger@warnings';

const KINDS: readonly SpanKind[] = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES: readonly SpanStatus[] = ['UNSET', 'OK', 'ERROR'];

/**
 * Reads the body of `/api/v3/traces` or `/api/v3/traces/{id}`: one `{"result": …}`, or a stream of them, one a line.
 *
 * @throws JaegerError when it is not that
 */
export function parseSpans(body: string): TraceSpan[] {
  return parseStream(body).flatMap((message) => {
    const result = (message as { result?: OtlpTraces } | null)?.result;
    if (typeof result !== 'object' || result === null) throw new JaegerError('a part of the answer has no "result"');
    return readOtlpTraces(result);
  });
}

/** Jaeger 1 streams its answer as JSON values that follow each other; later ones send a single value. */
function parseStream(body: string): unknown[] {
  try {
    return [JSON.parse(body)];
  } catch {
    const lines = body.split('\n').filter((line) => line.trim() !== '');
    return lines.map((line) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (cause) {
        throw new JaegerError('the answer is not JSON', { cause });
      }
    });
  }
}

/**
 * Reads what a program sends as OTLP in JSON: an `ExportTraceServiceRequest`, parsed.
 *
 * @throws JaegerError when it is not that
 */
export function readOtlpTraces(traces: unknown): TraceSpan[] {
  if (typeof traces !== 'object' || traces === null) throw new JaegerError('this is not OTLP: it is no object');
  return list((traces as OtlpTraces).resourceSpans).flatMap((group) => {
    const { 'service.name': service, ...resource } = attributeValues(list(group.resource?.attributes));
    return list(group.scopeSpans)
      .flatMap((scope) => list(scope.spans))
      .map((span) => traceSpan(span, service === undefined ? '' : String(service), resource));
  });
}

function traceSpan(span: OtlpSpan, service: string, resource: TraceSpan['resource']): TraceSpan {
  const { [WARNINGS]: _warnings, ...attributes } = attributeValues(list(span.attributes));
  const parentSpanId = span.parentSpanId ? hexId(span.parentSpanId, 8) : undefined;
  return {
    traceId: hexId(span.traceId, 16),
    spanId: hexId(span.spanId, 8),
    ...(parentSpanId === undefined || /^0+$/.test(parentSpanId) ? {} : { parentSpanId }),
    service,
    name: span.name ?? '',
    kind: enumValue(KINDS, 'SPAN_KIND_', span.kind),
    status: enumValue(STATUSES, 'STATUS_CODE_', span.status?.code),
    ...(span.status?.message ? { statusMessage: span.status.message } : {}),
    startTime: nanos(span.startTimeUnixNano),
    endTime: nanos(span.endTimeUnixNano),
    attributes,
    resource,
    events: list(span.events)
      .map(({ name, timeUnixNano, attributes: own }) => ({
        name: name ?? '',
        time: nanos(timeUnixNano),
        attributes: attributeValues(list(own)),
      }))
      // Jaeger sorts events by name.
      .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)),
    links: list(span.links).map((link) => ({
      traceId: hexId(link.traceId, 16),
      spanId: hexId(link.spanId, 8),
      attributes: attributeValues(list(link.attributes)),
    })),
  };
}

/** Jaeger 2 writes ids in hex, as OTLP asks; Jaeger 1's gateway writes bytes as protobuf's JSON does, in base64. */
function hexId(id: unknown, bytes: number): string {
  if (typeof id === 'string') {
    if (id.length === bytes * 2 && /^[0-9a-f]+$/i.test(id)) return id.toLowerCase();
    const decoded = Buffer.from(id, 'base64');
    if (decoded.length === bytes) return decoded.toString('hex');
  }
  throw new JaegerError(`an id is neither ${bytes * 2} hex digits nor ${bytes} bytes in base64`);
}

/** An enum as its number or as its name in protobuf. What is unspecified or unknown is the first value. */
function enumValue<Value extends string>(values: readonly Value[], prefix: string, given: unknown): Value {
  const byName = typeof given === 'string' ? values.find((value) => `${prefix}${value}` === given) : undefined;
  return byName ?? values[Number(given)] ?? values[0]!;
}

function nanos(given: string | number | undefined): bigint {
  if (given === undefined) return 0n;
  if (/^\d+$/.test(String(given))) return BigInt(given);
  throw new JaegerError('a time is not a number of nanoseconds');
}

function list<Item>(given: Item[] | undefined | null): Item[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw new JaegerError('the answer has something else where OTLP has a list');
  return given;
}
