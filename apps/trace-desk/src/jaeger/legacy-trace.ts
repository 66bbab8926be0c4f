import { STATUS_ERROR, STATUS_OK, type OtlpAttribute, type OtlpEvent, type OtlpSpan } from '../otlp/otlp-json.js';
import { spanKindName } from '../store/catalog.js';
import type { Origin } from '../store/origin.js';
import { attributeText, findAttribute } from '../trace/attribute-text.js';
import type { TraceSpan } from '../trace/read-trace.js';
import type { FoundTrace } from '../trace/trace-reader.js';
import type { LegacyProcess, LegacyReference, LegacySpan, LegacyTag, LegacyTrace } from './legacy-json.js';

/**
 * Translates a trace to Jaeger's own model, in which a link is a reference and the kind and status of a span are tags.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/
 */
export function legacyTrace({ id, spans }: FoundTrace): LegacyTrace {
  const processes: Record<string, LegacyProcess> = {};
  const processIds = new Map<string, string>();
  const processId = ({ service, resource }: Origin) => {
    const process = { serviceName: service, tags: processTags(resource.attributes) };
    const key = JSON.stringify(process);
    let processId = processIds.get(key);
    if (processId === undefined) {
      processIds.set(key, (processId = `p${processIds.size + 1}`));
      processes[processId] = process;
    }
    return processId;
  };
  return {
    traceID: legacyTraceId(id),
    spans: spans.map((span) => legacySpan(span, processId(span.origin))),
    processes,
    warnings: null,
  };
}

function legacySpan({ span, origin, warnings }: TraceSpan, processID: string): LegacySpan {
  const start = BigInt(span.startTimeUnixNano);
  return {
    traceID: legacyTraceId(span.traceId),
    spanID: span.spanId,
    operationName: span.name,
    references: references(span),
    startTime: micros(start),
    duration: micros(BigInt(span.endTimeUnixNano) - start),
    tags: byKey([...scopeTags(origin), ...(span.attributes ?? []).map(legacyTag), ...spanFieldTags(span)]),
    logs: (span.events ?? []).map((event) => ({
      timestamp: micros(BigInt(event.timeUnixNano)),
      fields: logFields(event),
    })),
    processID,
    warnings: warnings.length > 0 ? [...warnings] : null,
  };
}

/** The parent first: that is where readers look for it. A link to the parent says how the two are related. */
function references(span: OtlpSpan): LegacyReference[] {
  const links = (span.links ?? []).map((link): LegacyReference => {
    const isChild = findAttribute(link.attributes, 'opentracing.ref_type') === 'child_of';
    return {
      refType: isChild ? 'CHILD_OF' : 'FOLLOWS_FROM',
      traceID: legacyTraceId(link.traceId),
      spanID: link.spanId,
    };
  });
  const traceID = legacyTraceId(span.traceId);
  if (span.parentSpanId === undefined) return childOfFirst(links, traceID);
  const isParent = (reference: LegacyReference) =>
    reference.traceID === traceID && reference.spanID === span.parentSpanId;
  const parent = links.findLast(isParent) ?? { refType: 'CHILD_OF', traceID, spanID: span.parentSpanId };
  return childOfFirst([parent, ...links.filter((link) => !isParent(link))], traceID);
}

/** Jaeger's UI takes the first reference for the parent, so Jaeger puts one within the trace there, in exchange. */
function childOfFirst(references: LegacyReference[], traceID: string): LegacyReference[] {
  const inTrace = references.filter((reference) => reference.traceID === traceID);
  const first = inTrace.find(({ refType }) => refType === 'CHILD_OF') ?? inTrace[0];
  return first ? references.with(references.indexOf(first), references[0]!).with(0, first) : references;
}

function scopeTags({ scope }: Origin): LegacyTag[] {
  return [
    ...(scope.name ? [textTag('otel.scope.name', scope.name)] : []),
    ...(scope.version ? [textTag('otel.scope.version', scope.version)] : []),
  ];
}

function spanFieldTags(span: OtlpSpan): LegacyTag[] {
  const kind = spanKindName(span.kind);
  const { code, message } = span.status;
  return [
    ...(kind ? [textTag('span.kind', kind)] : []),
    ...(code === STATUS_OK ? [textTag('otel.status_code', 'OK')] : []),
    ...(code === STATUS_ERROR
      ? [textTag('otel.status_code', 'ERROR'), { key: 'error', type: 'bool', value: true } as const]
      : []),
    ...(message ? [textTag('otel.status_description', message)] : []),
    ...(span.traceState ? [textTag('w3c.tracestate', span.traceState)] : []),
  ];
}

/** An event's name is its `event` field, unless it has one of its own; that field comes first. */
function logFields(event: OtlpEvent): LegacyTag[] {
  const fields = byKey((event.attributes ?? []).map(legacyTag));
  const own = fields.find(({ key, type }) => key === 'event' && type === 'string');
  if (own) return [own, ...fields.filter((field) => field !== own)];
  return event.name && !fields.some(({ key }) => key === 'event') ? [textTag('event', event.name), ...fields] : fields;
}

function processTags(attributes: readonly OtlpAttribute[] = []): LegacyTag[] {
  return byKey(attributes.filter(({ key }) => key !== 'service.name').map(legacyTag));
}

const textTag = (key: string, value: string): LegacyTag => ({ key, type: 'string', value });

function legacyTag({ key, value }: OtlpAttribute): LegacyTag {
  if (value.boolValue !== undefined) return { key, type: 'bool', value: value.boolValue };
  if (value.intValue !== undefined) return { key, type: 'int64', value: safeInteger(value.intValue) };
  if (value.doubleValue !== undefined) return { key, type: 'float64', value: value.doubleValue };
  if (value.bytesValue !== undefined) return { key, type: 'binary', value: value.bytesValue };
  return textTag(key, attributeText(value));
}

/** A number that JavaScript cannot hold exactly stays text. */
function safeInteger(digits: string): number | string {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : digits;
}

function byKey(tags: LegacyTag[]): LegacyTag[] {
  return tags.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

const micros = (nanos: bigint) => Number(nanos / 1000n);

/** Jaeger's own model writes a 64-bit id with 16 digits. */
export function legacyTraceId(id: string): string {
  return id.startsWith('0'.repeat(16)) ? id.slice(16) : id;
}
