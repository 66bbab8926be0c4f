import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { jsonFields, SPAN_KIND_NAMES, STATUS_CODE_NAMES, type JsonFields } from './json-fields.js';
import { OtlpFormatError } from './otlp-format.error.js';
import {
  ANY_VALUE,
  EVENT,
  KEY_VALUE,
  LINK,
  REQUEST,
  RESOURCE,
  RESOURCE_SPANS,
  SCOPE,
  SCOPE_SPANS,
  SPAN,
  STATUS,
  VALUES,
} from './wire-tags.js';

const MAX_DEPTH = 32;

/**
 * Translates an `ExportTraceServiceRequest` from OTLP's JSON mapping to protobuf, so that there is one form to store.
 * Unknown fields are ignored, as OTLP asks.
 *
 * @param body the parsed JSON
 * @throws OtlpFormatError that names the place of the first problem
 */
export function jsonToProtobuf(body: unknown): Uint8Array {
  const writer = new BinaryWriter();
  for (const group of jsonFields(body).objects('resourceSpans')) {
    writer.uint32(REQUEST.resourceSpans).fork();
    const resource = group.object('resource');
    if (resource) writeMessage(writer, RESOURCE_SPANS.resource, () => writeResource(writer, resource));
    for (const scopeSpans of group.objects('scopeSpans'))
      writeMessage(writer, RESOURCE_SPANS.scopeSpans, () => writeScopeSpans(writer, scopeSpans));
    writeText(writer, RESOURCE_SPANS.schemaUrl, group.text('schemaUrl'));
    writer.join();
  }
  return writer.finish();
}

function writeResource(writer: BinaryWriter, resource: JsonFields): void {
  writeAttributes(writer, RESOURCE.attributes, resource);
  writeCount(writer, RESOURCE.droppedAttributesCount, resource.count('droppedAttributesCount'));
}

function writeScopeSpans(writer: BinaryWriter, group: JsonFields): void {
  const scope = group.object('scope');
  if (scope) {
    writeMessage(writer, SCOPE_SPANS.scope, () => {
      writeText(writer, SCOPE.name, scope.text('name'));
      writeText(writer, SCOPE.version, scope.text('version'));
      writeAttributes(writer, SCOPE.attributes, scope);
      writeCount(writer, SCOPE.droppedAttributesCount, scope.count('droppedAttributesCount'));
    });
  }
  for (const span of group.objects('spans')) writeMessage(writer, SCOPE_SPANS.spans, () => writeSpan(writer, span));
  writeText(writer, SCOPE_SPANS.schemaUrl, group.text('schemaUrl'));
}

function writeSpan(writer: BinaryWriter, span: JsonFields): void {
  writeBytes(writer, SPAN.traceId, span.hex('traceId', 16));
  writeBytes(writer, SPAN.spanId, span.hex('spanId', 8));
  writeText(writer, SPAN.traceState, span.text('traceState'));
  writeBytes(writer, SPAN.parentSpanId, span.hex('parentSpanId', 8));
  writeText(writer, SPAN.name, span.text('name'));
  writeCount(writer, SPAN.kind, span.enumeration('kind', SPAN_KIND_NAMES));
  writer.uint32(SPAN.startTime).fixed64(span.unsigned64('startTimeUnixNano'));
  writer.uint32(SPAN.endTime).fixed64(span.unsigned64('endTimeUnixNano'));
  writeAttributes(writer, SPAN.attributes, span);
  writeCount(writer, SPAN.droppedAttributesCount, span.count('droppedAttributesCount'));
  for (const event of span.objects('events')) writeMessage(writer, SPAN.events, () => writeEvent(writer, event));
  writeCount(writer, SPAN.droppedEventsCount, span.count('droppedEventsCount'));
  for (const link of span.objects('links')) writeMessage(writer, SPAN.links, () => writeLink(writer, link));
  writeCount(writer, SPAN.droppedLinksCount, span.count('droppedLinksCount'));
  const status = span.object('status');
  if (status) {
    writeMessage(writer, SPAN.status, () => {
      writeText(writer, STATUS.message, status.text('message'));
      writeCount(writer, STATUS.code, status.enumeration('code', STATUS_CODE_NAMES));
    });
  }
  writeFlags(writer, SPAN.flags, span);
}

function writeEvent(writer: BinaryWriter, event: JsonFields): void {
  writer.uint32(EVENT.time).fixed64(event.unsigned64('timeUnixNano'));
  writeText(writer, EVENT.name, event.text('name'));
  writeAttributes(writer, EVENT.attributes, event);
  writeCount(writer, EVENT.droppedAttributesCount, event.count('droppedAttributesCount'));
}

function writeLink(writer: BinaryWriter, link: JsonFields): void {
  writeBytes(writer, LINK.traceId, link.hex('traceId', 16));
  writeBytes(writer, LINK.spanId, link.hex('spanId', 8));
  writeText(writer, LINK.traceState, link.text('traceState'));
  writeAttributes(writer, LINK.attributes, link);
  writeCount(writer, LINK.droppedAttributesCount, link.count('droppedAttributesCount'));
  writeFlags(writer, LINK.flags, link);
}

function writeAttributes(writer: BinaryWriter, tag: number, owner: JsonFields): void {
  for (const attribute of owner.objects('attributes'))
    writeMessage(writer, tag, () => writeAttribute(writer, attribute, 0));
}

function writeAttribute(writer: BinaryWriter, attribute: JsonFields, depth: number): void {
  writeText(writer, KEY_VALUE.key, attribute.text('key'));
  const value = attribute.object('value');
  if (value) writeMessage(writer, KEY_VALUE.value, () => writeValue(writer, value, depth));
}

function writeValue(writer: BinaryWriter, value: JsonFields, depth: number): void {
  if (depth > MAX_DEPTH) throw new OtlpFormatError(`${value.path} is nested deeper than ${MAX_DEPTH} levels`);
  if (value.has('stringValue')) writer.uint32(ANY_VALUE.string).string(value.text('stringValue'));
  else if (value.has('boolValue')) writer.uint32(ANY_VALUE.bool).bool(value.flag('boolValue'));
  else if (value.has('intValue')) writer.uint32(ANY_VALUE.int).int64(value.int64('intValue'));
  else if (value.has('doubleValue')) writer.uint32(ANY_VALUE.double).double(value.double('doubleValue'));
  else if (value.has('bytesValue')) writer.uint32(ANY_VALUE.bytes).bytes(value.base64('bytesValue'));
  else if (value.has('arrayValue'))
    writeList(writer, ANY_VALUE.array, value.object('arrayValue'), (item) => writeValue(writer, item, depth + 1));
  else if (value.has('kvlistValue'))
    writeList(writer, ANY_VALUE.kvlist, value.object('kvlistValue'), (item) => writeAttribute(writer, item, depth + 1));
}

function writeList(
  writer: BinaryWriter,
  tag: number,
  list: JsonFields | undefined,
  writeItem: (item: JsonFields) => void,
): void {
  writeMessage(writer, tag, () => {
    for (const item of list?.objects('values') ?? []) writeMessage(writer, VALUES.values, () => writeItem(item));
  });
}

function writeMessage(writer: BinaryWriter, tag: number, writeContent: () => void): void {
  writer.uint32(tag).fork();
  writeContent();
  writer.join();
}

function writeText(writer: BinaryWriter, tag: number, text: string): void {
  if (text !== '') writer.uint32(tag).string(text);
}

function writeBytes(writer: BinaryWriter, tag: number, bytes: Uint8Array | undefined): void {
  if (bytes && bytes.length > 0) writer.uint32(tag).bytes(bytes);
}

function writeCount(writer: BinaryWriter, tag: number, count: number): void {
  if (count !== 0) writer.uint32(tag).uint32(count);
}

function writeFlags(writer: BinaryWriter, tag: number, owner: JsonFields): void {
  const flags = owner.count('flags');
  if (flags !== 0) writer.uint32(tag).fixed32(flags);
}
