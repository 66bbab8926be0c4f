import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { OtlpAttribute, OtlpResource, OtlpScope, OtlpValue } from './otlp-json.js';
import { OtlpFormatError } from './otlp-format.error.js';
import { optional, readFields, readNested } from './read-fields.js';
import { ANY_VALUE, KEY_VALUE, RESOURCE, SCOPE, VALUES } from './wire-tags.js';

/** Deeper than any real attribute, and shallow enough for the stack. */
const MAX_DEPTH = 32;

export function readAttribute(reader: BinaryReader, depth = 0): OtlpAttribute {
  const attribute: OtlpAttribute = { key: '', value: {} };
  readNested(reader, (tag) => {
    if (tag === KEY_VALUE.key) attribute.key = reader.string();
    else if (tag === KEY_VALUE.value) attribute.value = readValue(reader, depth);
    else return false;
    return true;
  });
  return attribute;
}

function readValue(reader: BinaryReader, depth: number): OtlpValue {
  if (depth > MAX_DEPTH) throw new OtlpFormatError(`an attribute is nested deeper than ${MAX_DEPTH} levels`);
  let value: OtlpValue = {};
  readNested(reader, (tag) => {
    switch (tag) {
      case ANY_VALUE.string:
        value = { stringValue: reader.string() };
        return true;
      case ANY_VALUE.bool:
        value = { boolValue: reader.bool() };
        return true;
      case ANY_VALUE.int:
        value = { intValue: reader.int64().toString() };
        return true;
      case ANY_VALUE.double:
        value = { doubleValue: jsonDouble(reader.double()) };
        return true;
      case ANY_VALUE.bytes:
        value = { bytesValue: Buffer.from(reader.bytes()).toString('base64') };
        return true;
      case ANY_VALUE.array: {
        const values = readList(reader, () => readValue(reader, depth + 1));
        value = { arrayValue: values.length > 0 ? { values } : {} };
        return true;
      }
      case ANY_VALUE.kvlist: {
        const values = readList(reader, () => readAttribute(reader, depth + 1));
        value = { kvlistValue: values.length > 0 ? { values } : {} };
        return true;
      }
      default:
        return false;
    }
  });
  return value;
}

function readList<Item>(reader: BinaryReader, readItem: () => Item): Item[] {
  const items: Item[] = [];
  readNested(reader, (tag) => {
    if (tag !== VALUES.values) return false;
    items.push(readItem());
    return true;
  });
  return items;
}

const jsonDouble = (value: number) => (Number.isFinite(value) ? value : String(value));

export function decodeResource(bytes: Uint8Array): OtlpResource {
  const reader = new BinaryReader(bytes);
  const resource: OtlpResource = {};
  readFields(reader, reader.len, (tag) => {
    if (tag === RESOURCE.attributes) (resource.attributes ??= []).push(readAttribute(reader));
    else if (tag === RESOURCE.droppedAttributesCount) resource.droppedAttributesCount = optional(reader.uint32());
    else return false;
    return true;
  });
  return resource;
}

export function decodeScope(bytes: Uint8Array): OtlpScope {
  const reader = new BinaryReader(bytes);
  const scope: OtlpScope = {};
  readFields(reader, reader.len, (tag) => {
    if (tag === SCOPE.name) scope.name = reader.string();
    else if (tag === SCOPE.version) scope.version = reader.string();
    else if (tag === SCOPE.attributes) (scope.attributes ??= []).push(readAttribute(reader));
    else if (tag === SCOPE.droppedAttributesCount) scope.droppedAttributesCount = optional(reader.uint32());
    else return false;
    return true;
  });
  return scope;
}
