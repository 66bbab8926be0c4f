import { BinaryReader } from '@bufbuild/protobuf/wire';
import { readAttribute } from './decode-attributes.js';
import { OtlpFormatError } from './otlp-format.error.js';
import type { OtlpEvent, OtlpLink, OtlpSpan, OtlpStatus } from './otlp-json.js';
import { optional, readFields, readNested } from './read-fields.js';
import { EVENT, LINK, SPAN, STATUS } from './wire-tags.js';

/**
 * Decodes one `opentelemetry.proto.trace.v1.Span`.
 *
 * An absent id is the empty string; whether that is acceptable is the caller's decision.
 *
 * @throws OtlpFormatError or RangeError for bytes that are not a span
 */
export function decodeSpan(bytes: Uint8Array): OtlpSpan {
  const reader = new BinaryReader(bytes);
  const span: OtlpSpan = {
    traceId: '',
    spanId: '',
    name: '',
    startTimeUnixNano: '0',
    endTimeUnixNano: '0',
    status: {},
  };
  readFields(reader, reader.len, (tag) => readSpanField(reader, tag, span));
  return span;
}

/** Only what says where a span hangs, for a look at very many of them. */
export function decodeParentage(bytes: Uint8Array): { spanId: string; parentSpanId: string } {
  const reader = new BinaryReader(bytes);
  const ids = { spanId: '', parentSpanId: '' };
  readFields(reader, reader.len, (tag) => {
    if (tag === SPAN.spanId) ids.spanId = readId(reader, 8);
    else if (tag === SPAN.parentSpanId) ids.parentSpanId = readId(reader, 8);
    else return false;
    return true;
  });
  return ids;
}

function readSpanField(reader: BinaryReader, tag: number, span: OtlpSpan): boolean {
  switch (tag) {
    case SPAN.traceId:
      span.traceId = readId(reader, 16);
      return true;
    case SPAN.spanId:
      span.spanId = readId(reader, 8);
      return true;
    case SPAN.traceState:
      span.traceState = optional(reader.string());
      return true;
    case SPAN.parentSpanId:
      span.parentSpanId = optional(readId(reader, 8));
      return true;
    case SPAN.name:
      span.name = reader.string();
      return true;
    case SPAN.kind:
      span.kind = optional(reader.uint32());
      return true;
    case SPAN.startTime:
      span.startTimeUnixNano = reader.fixed64().toString();
      return true;
    case SPAN.endTime:
      span.endTimeUnixNano = reader.fixed64().toString();
      return true;
    case SPAN.attributes:
      (span.attributes ??= []).push(readAttribute(reader));
      return true;
    case SPAN.droppedAttributesCount:
      span.droppedAttributesCount = optional(reader.uint32());
      return true;
    case SPAN.events:
      (span.events ??= []).push(readEvent(reader));
      return true;
    case SPAN.droppedEventsCount:
      span.droppedEventsCount = optional(reader.uint32());
      return true;
    case SPAN.links:
      (span.links ??= []).push(readLink(reader));
      return true;
    case SPAN.droppedLinksCount:
      span.droppedLinksCount = optional(reader.uint32());
      return true;
    case SPAN.status:
      span.status = readStatus(reader);
      return true;
    case SPAN.flags:
      span.flags = optional(reader.fixed32());
      return true;
    default:
      return false;
  }
}

function readStatus(reader: BinaryReader): OtlpStatus {
  const status: OtlpStatus = {};
  readNested(reader, (tag) => {
    if (tag === STATUS.message) status.message = optional(reader.string());
    else if (tag === STATUS.code) status.code = optional(reader.uint32());
    else return false;
    return true;
  });
  return status;
}

function readEvent(reader: BinaryReader): OtlpEvent {
  const event: OtlpEvent = { timeUnixNano: '0', name: '' };
  readNested(reader, (tag) => {
    if (tag === EVENT.time) event.timeUnixNano = reader.fixed64().toString();
    else if (tag === EVENT.name) event.name = reader.string();
    else if (tag === EVENT.attributes) (event.attributes ??= []).push(readAttribute(reader));
    else if (tag === EVENT.droppedAttributesCount) event.droppedAttributesCount = optional(reader.uint32());
    else return false;
    return true;
  });
  return event;
}

function readLink(reader: BinaryReader): OtlpLink {
  const link: OtlpLink = { traceId: '', spanId: '' };
  readNested(reader, (tag) => {
    if (tag === LINK.traceId) link.traceId = readId(reader, 16);
    else if (tag === LINK.spanId) link.spanId = readId(reader, 8);
    else if (tag === LINK.traceState) link.traceState = optional(reader.string());
    else if (tag === LINK.attributes) (link.attributes ??= []).push(readAttribute(reader));
    else if (tag === LINK.droppedAttributesCount) link.droppedAttributesCount = optional(reader.uint32());
    else if (tag === LINK.flags) link.flags = optional(reader.fixed32());
    else return false;
    return true;
  });
  return link;
}

/** An id in hex. One of all zeros means "none" in OTLP, like an absent one. */
function readId(reader: BinaryReader, length: number): string {
  const bytes = reader.bytes();
  if (bytes.length === 0) return '';
  if (bytes.length !== length) throw new OtlpFormatError(`an id has ${bytes.length} bytes instead of ${length}`);
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('hex');
  return /^0+$/.test(hex) ? '' : hex;
}
