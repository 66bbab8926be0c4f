import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { OtlpFormatError } from './otlp-format.error.js';

/** Reads the field of this tag and says so, or returns false and leaves it to be skipped. */
export type FieldVisitor = (tag: number) => boolean;

/** Reads one message's fields up to `end`. */
export function readFields(reader: BinaryReader, end: number, visit: FieldVisitor): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 0) throw new OtlpFormatError('a protobuf field has the number 0');
    if (!visit(tag)) reader.skip(tag & 7, tag >>> 3);
  }
  if (reader.pos !== end) throw new OtlpFormatError('a protobuf field reaches beyond its message');
}

/** Reads a message that is a field of another: its length, then its fields. */
export function readNested(reader: BinaryReader, visit: FieldVisitor): void {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new OtlpFormatError('a protobuf message is cut short');
  readFields(reader, end, visit);
}

/** In protobuf a field's default value is the same as its absence. */
export const optional = <Value extends string | number>(value: Value) => value || undefined;
