import { WireType } from '@bufbuild/protobuf/wire';

/** The tag that precedes a field on the wire. */
const tag = (field: number, type: WireType) => (field << 3) | type;
const bytes = (field: number) => tag(field, WireType.LengthDelimited);
const varint = (field: number) => tag(field, WireType.Varint);
const fixed32 = (field: number) => tag(field, WireType.Bit32);
const fixed64 = (field: number) => tag(field, WireType.Bit64);

/**
 * The part of OTLP's protobuf schema that traces use, as tags. A field that is not here is skipped.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/trace/v1/trace.proto
 */
export const REQUEST = { resourceSpans: bytes(1) } as const;

export const RESOURCE_SPANS = { resource: bytes(1), scopeSpans: bytes(2), schemaUrl: bytes(3) } as const;

export const SCOPE_SPANS = { scope: bytes(1), spans: bytes(2), schemaUrl: bytes(3) } as const;

export const RESOURCE = { attributes: bytes(1), droppedAttributesCount: varint(2) } as const;

export const SCOPE = {
  name: bytes(1),
  version: bytes(2),
  attributes: bytes(3),
  droppedAttributesCount: varint(4),
} as const;

export const SPAN = {
  traceId: bytes(1),
  spanId: bytes(2),
  traceState: bytes(3),
  parentSpanId: bytes(4),
  name: bytes(5),
  kind: varint(6),
  startTime: fixed64(7),
  endTime: fixed64(8),
  attributes: bytes(9),
  droppedAttributesCount: varint(10),
  events: bytes(11),
  droppedEventsCount: varint(12),
  links: bytes(13),
  droppedLinksCount: varint(14),
  status: bytes(15),
  flags: fixed32(16),
} as const;

export const STATUS = { message: bytes(2), code: varint(3) } as const;

export const EVENT = {
  time: fixed64(1),
  name: bytes(2),
  attributes: bytes(3),
  droppedAttributesCount: varint(4),
} as const;

export const LINK = {
  traceId: bytes(1),
  spanId: bytes(2),
  traceState: bytes(3),
  attributes: bytes(4),
  droppedAttributesCount: varint(5),
  flags: fixed32(6),
} as const;

export const KEY_VALUE = { key: bytes(1), value: bytes(2) } as const;

export const ANY_VALUE = {
  string: bytes(1),
  bool: varint(2),
  int: varint(3),
  double: fixed64(4),
  array: bytes(5),
  kvlist: bytes(6),
  bytes: bytes(7),
} as const;

/** `ArrayValue` and `KeyValueList`. */
export const VALUES = { values: bytes(1) } as const;

export const EXPORT_RESPONSE = { partialSuccess: bytes(1) } as const;

export const PARTIAL_SUCCESS = { rejectedSpans: varint(1), errorMessage: bytes(2) } as const;

/** `google.rpc.Status`, the body of an answer that is an error. */
export const RPC_STATUS = { code: varint(1), message: bytes(2) } as const;
