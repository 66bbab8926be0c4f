import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ProtobufWriter } from './protobuf-writer.js';

const LENGTH_DELIMITED = 2;
const KEY = 0x0a;
const VALUE = 0x12;
const INT64_END = 2 ** 63;

/**
 * Writes attributes as a repeated `KeyValue` of
 * {@link https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto}.
 */
export function encodeAttributes(writer: ProtobufWriter, attributes: Attributes, field: number): void {
  for (const key in attributes) {
    writer.byte((field << 3) | LENGTH_DELIMITED);
    encodeKeyValue(writer, key, attributes[key]);
  }
}

function encodeKeyValue(writer: ProtobufWriter, key: string, value: AttributeValue): void {
  const start = writer.begin(1);
  writer.byte(KEY);
  writer.string(key);
  writer.byte(VALUE);
  encodeValue(writer, value);
  writer.end(start, 1);
}

/** An `AnyValue` with its length before. */
function encodeValue(writer: ProtobufWriter, value: AttributeValue): void {
  const start = writer.begin(1);
  switch (typeof value) {
    case 'string':
      writer.byte(0x0a);
      writer.string(value);
      break;
    case 'boolean':
      writer.byte(0x10);
      writer.byte(value ? 1 : 0);
      break;
    case 'number':
      if (Number.isInteger(value) && value >= -INT64_END && value < INT64_END) {
        writer.byte(0x18);
        writer.varint(value);
      } else {
        writer.byte(0x21);
        writer.double(value);
      }
      break;
    case 'object':
      encodeComposite(writer, value);
      break;
    default:
    // There is no value then, which is what an empty one says.
  }
  writer.end(start, 1);
}

function encodeComposite(writer: ProtobufWriter, value: object | null): void {
  if (value === null) return;
  if (value instanceof Uint8Array) {
    writer.byte(0x3a);
    writer.varint(value.length);
    writer.raw(value);
    return;
  }
  writer.byte(Array.isArray(value) ? 0x2a : 0x32);
  const start = writer.begin(1);
  if (Array.isArray(value)) {
    for (const item of value as AttributeValue[]) {
      writer.byte(KEY);
      encodeValue(writer, item);
    }
  } else encodeAttributes(writer, value as Attributes, 1);
  writer.end(start, 1);
}
