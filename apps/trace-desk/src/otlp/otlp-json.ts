/**
 * OTLP's JSON mapping, which is also how a decoded span is held: ids in lower-case hex, 64-bit numbers as decimal
 * strings, fields with their default value left out.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export interface OtlpSpan {
  traceId: string;
  spanId: string;
  traceState?: string;
  /** Absent for a root span. */
  parentSpanId?: string;
  flags?: number;
  name: string;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind?: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: OtlpAttribute[];
  droppedAttributesCount?: number;
  events?: OtlpEvent[];
  droppedEventsCount?: number;
  links?: OtlpLink[];
  droppedLinksCount?: number;
  status: OtlpStatus;
}

export interface OtlpStatus {
  message?: string;
  /** 1 ok, 2 error; absent when unset. */
  code?: number;
}

export interface OtlpEvent {
  timeUnixNano: string;
  name: string;
  attributes?: OtlpAttribute[];
  droppedAttributesCount?: number;
}

export interface OtlpLink {
  traceId: string;
  spanId: string;
  traceState?: string;
  attributes?: OtlpAttribute[];
  droppedAttributesCount?: number;
  flags?: number;
}

export interface OtlpResource {
  attributes?: OtlpAttribute[];
  droppedAttributesCount?: number;
}

export interface OtlpScope {
  name?: string;
  version?: string;
  attributes?: OtlpAttribute[];
  droppedAttributesCount?: number;
}

export interface OtlpAttribute {
  key: string;
  value: OtlpValue;
}

/** At most one field is present; none is the empty value. */
export interface OtlpValue {
  stringValue?: string;
  boolValue?: boolean;
  /** Decimal digits. */
  intValue?: string;
  /** What JSON has no number for is `NaN`, `Infinity` or `-Infinity`. */
  doubleValue?: number | string;
  arrayValue?: { values?: OtlpValue[] };
  kvlistValue?: { values?: OtlpAttribute[] };
  /** Base64. */
  bytesValue?: string;
}

export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

export const STATUS_OK = 1;
export const STATUS_ERROR = 2;
