import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** Where one span hangs, and nothing else. Ids are hex; a root's parent is empty. */
export type SpanVisitor = (service: string, traceId: string, spanId: string, parentSpanId: string) => void;

/** Field numbers of `opentelemetry.proto.trace.v1`, `…resource.v1` and `…common.v1`, as tags of length-delimited fields. */
const bytes = (field: number) => (field << 3) | WireType.LengthDelimited;
const REQUEST_RESOURCE_SPANS = bytes(1);
const RESOURCE_SPANS_RESOURCE = bytes(1);
const RESOURCE_SPANS_SCOPE_SPANS = bytes(2);
const RESOURCE_ATTRIBUTES = bytes(1);
const KEY_VALUE_KEY = bytes(1);
const KEY_VALUE_VALUE = bytes(2);
const ANY_VALUE_STRING = bytes(1);
const SCOPE_SPANS_SPANS = bytes(2);
const SPAN_TRACE_ID = bytes(1);
const SPAN_SPAN_ID = bytes(2);
const SPAN_PARENT_SPAN_ID = bytes(4);

/**
 * Goes through the spans of an `ExportTraceServiceRequest`.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/trace/v1/trace.proto
 * @throws RangeError or Error where the bytes are no such request
 */
export function readSpans(request: Uint8Array, visit: SpanVisitor): void {
  const reader = new BinaryReader(request);
  fields(reader, reader.len, (tag) => {
    if (tag !== REQUEST_RESOURCE_SPANS) return false;
    readResourceSpans(reader.bytes(), visit);
    return true;
  });
}

function readResourceSpans(message: Uint8Array, visit: SpanVisitor): void {
  const reader = new BinaryReader(message);
  const scopes: Uint8Array[] = [];
  let service = '';
  fields(reader, reader.len, (tag) => {
    if (tag === RESOURCE_SPANS_RESOURCE) service = readServiceName(reader.bytes());
    else if (tag === RESOURCE_SPANS_SCOPE_SPANS) scopes.push(reader.bytes());
    else return false;
    return true;
  });
  for (const scope of scopes) readScopeSpans(scope, service, visit);
}

function readServiceName(resource: Uint8Array): string {
  const reader = new BinaryReader(resource);
  let service = '';
  fields(reader, reader.len, (tag) => {
    if (tag !== RESOURCE_ATTRIBUTES) return false;
    const [key, value] = readAttribute(reader);
    if (key === 'service.name') service = value;
    return true;
  });
  return service;
}

function readAttribute(reader: BinaryReader): [key: string, value: string] {
  let key = '';
  let value = '';
  nested(reader, (tag) => {
    if (tag === KEY_VALUE_KEY) key = reader.string();
    else if (tag === KEY_VALUE_VALUE)
      nested(reader, (type) => type === ANY_VALUE_STRING && ((value = reader.string()), true));
    else return false;
    return true;
  });
  return [key, value];
}

function readScopeSpans(message: Uint8Array, service: string, visit: SpanVisitor): void {
  const reader = new BinaryReader(message);
  fields(reader, reader.len, (tag) => {
    if (tag !== SCOPE_SPANS_SPANS) return false;
    readSpan(reader, service, visit);
    return true;
  });
}

function readSpan(reader: BinaryReader, service: string, visit: SpanVisitor): void {
  let traceId = '';
  let spanId = '';
  let parentSpanId = '';
  nested(reader, (tag) => {
    if (tag === SPAN_TRACE_ID) traceId = hex(reader.bytes());
    else if (tag === SPAN_SPAN_ID) spanId = hex(reader.bytes());
    else if (tag === SPAN_PARENT_SPAN_ID) parentSpanId = hex(reader.bytes());
    else return false;
    return true;
  });
  visit(service, traceId, spanId, parentSpanId);
}

function nested(reader: BinaryReader, read: (tag: number) => boolean): void {
  const length = reader.uint32();
  fields(reader, reader.pos + length, read);
}

/** @param read whether it took the field; otherwise the field is passed over */
function fields(reader: BinaryReader, end: number, read: (tag: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!read(tag)) reader.skip(tag & 7, tag >>> 3);
  }
}

const hex = (id: Uint8Array) => Buffer.from(id.buffer, id.byteOffset, id.length).toString('hex');
