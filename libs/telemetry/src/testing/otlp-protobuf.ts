import { BinaryReader } from '@bufbuild/protobuf/wire';

/**
 * OTLP's traces in protobuf as the JSON that they correspond to. Written apart from everything that encodes them, so
 * that an encoder can be held to it.
 *
 * @see {@link https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto}
 * @throws Error where the bytes are something else
 */
export function decodeOtlpTraces(bytes: Uint8Array): unknown {
  return decodeMessage(bytes, TRACES);
}

type Decode = (reader: BinaryReader) => unknown;
/** What is read of a message, by field number; the rest is passed over. */
type Message = Readonly<Record<number, { readonly name: string; readonly decode: Decode; readonly isList?: boolean }>>;

const text: Decode = (reader) => reader.string();
const hex: Decode = (reader) => Buffer.from(reader.bytes()).toString('hex');
const nanoseconds: Decode = (reader) => reader.fixed64().toString();

const one = (name: string, decode: Decode) => ({ name, decode });
/** The fields are given as a function, because a value may hold values. */
const nested = (name: string, fields: () => Message) => one(name, (reader) => decodeMessage(reader.bytes(), fields()));
const list = (name: string, fields: () => Message) => ({ ...nested(name, fields), isList: true });

const ATTRIBUTES = list('attributes', () => ATTRIBUTE);
const VALUE: Message = {
  1: one('stringValue', text),
  2: one('boolValue', (reader) => reader.bool()),
  3: one('intValue', (reader) => reader.int64().toString()),
  4: one('doubleValue', (reader) => reader.double()),
  5: nested('arrayValue', () => ({ 1: list('values', () => VALUE) })),
  6: nested('kvlistValue', () => ({ 1: list('values', () => ATTRIBUTE) })),
  7: one('bytesValue', (reader) => Buffer.from(reader.bytes()).toString('base64')),
};
const ATTRIBUTE: Message = {
  1: one('key', text),
  2: nested('value', () => VALUE),
};
const EVENT: Message = { 1: one('timeUnixNano', nanoseconds), 2: one('name', text), 3: ATTRIBUTES };
const LINK: Message = { 1: one('traceId', hex), 2: one('spanId', hex), 4: ATTRIBUTES };
const STATUS: Message = { 2: one('message', text), 3: one('code', (reader) => reader.int32()) };
const SPAN: Message = {
  1: one('traceId', hex),
  2: one('spanId', hex),
  4: one('parentSpanId', hex),
  5: one('name', text),
  6: one('kind', (reader) => reader.int32()),
  7: one('startTimeUnixNano', nanoseconds),
  8: one('endTimeUnixNano', nanoseconds),
  9: ATTRIBUTES,
  11: list('events', () => EVENT),
  13: list('links', () => LINK),
  15: nested('status', () => STATUS),
};
const RESOURCE_SPANS: Message = {
  1: nested('resource', () => ({ 1: ATTRIBUTES })),
  2: list('scopeSpans', () => ({ 2: list('spans', () => SPAN) })),
};
const TRACES: Message = { 1: list('resourceSpans', () => RESOURCE_SPANS) };

function decodeMessage(bytes: Uint8Array, fields: Message): Record<string, unknown> {
  const reader = new BinaryReader(bytes);
  const decoded: Record<string, unknown> = {};
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const field = fields[number];
    if (!field) reader.skip(wireType, number);
    else if (field.isList) ((decoded[field.name] ??= []) as unknown[]).push(field.decode(reader));
    else decoded[field.name] = field.decode(reader);
  }
  return decoded;
}
