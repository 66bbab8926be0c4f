import type { Attributes, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { areAllowed } from '../privacy/check-attributes.js';
import { checkSpan } from '../privacy/check-span.js';
import { checkName } from '../privacy/check-text.js';
import { CompactSpan } from './compact-span.js';
import { encodeAttributes } from './encode-value.js';
import { ProtobufWriter } from './protobuf-writer.js';
import { encodedOnce, isBusinessContext } from './shared-attributes.js';
import type { SpanTime } from './span-clock.js';

const ATTRIBUTES = 9;
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/**
 * Encodes ended spans as OTLP's `Span`, of what may leave of them, see {@link checkSpan}: byte for byte what
 * OpenTelemetry's own serializer makes of them.
 *
 * Follows {@link https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto}.
 */
export class SpanEncoder {
  readonly #scratch = new ProtobufWriter();

  /** Writes a span with its length before. */
  encode(writer: ProtobufWriter, span: ReadableSpan): void {
    const start = writer.begin(2);
    if (span instanceof CompactSpan && isPlain(span)) this.#encodePlain(writer, span, start);
    else encodeAny(writer, checkSpan(span));
    writer.end(start, 2);
  }

  #encodePlain(writer: ProtobufWriter, span: CompactSpan, start: number): void {
    encodeHead(writer, span, checkName(span.name));
    const [startTime, endTime] = span.times;
    encodeTime(writer, 0x39, startTime);
    encodeTime(writer, 0x41, endTime);
    const isEncoded =
      this.#encodePart(writer, span.firstShared) &&
      this.#encodePart(writer, span.secondShared) &&
      this.#encodePart(writer, span.unshared);
    if (!isEncoded) {
      // Something must not leave, or not without something else: begin again with all of the span in view.
      writer.rewind(start);
      encodeAny(writer, checkSpan(span));
      return;
    }
    encodeCount(writer, 0x50, span.droppedAttributesCount);
    encodeCount(writer, 0x60, 0);
    encodeCount(writer, 0x70, 0);
    encodeStatus(writer, span);
    encodeFlags(writer, 0x85, span.spanContext(), span.parentSpanContext?.isRemote);
  }

  /** `false` where they cannot leave as they are, looked at by themselves. */
  #encodePart(writer: ProtobufWriter, part: Attributes): boolean {
    const encoded = encodedOnce(part, this.#encodeShared);
    if (encoded) writer.raw(encoded);
    else if (encoded === null || !areAllowed(part)) return false;
    else encodeAttributes(writer, part, ATTRIBUTES);
    return true;
  }

  readonly #encodeShared = (attributes: Attributes): Uint8Array | null => {
    // What becomes business context has been looked at by the same rule.
    if (!isBusinessContext(attributes) && !areAllowed(attributes)) return null;
    this.#scratch.reset();
    encodeAttributes(this.#scratch, attributes, ATTRIBUTES);
    return Buffer.from(this.#scratch.written());
  };
}

/** Whether there is nothing on it that has to be looked at closely. */
function isPlain(span: CompactSpan): boolean {
  return span.isPlain && span.status.message === undefined && span.spanContext().traceState === undefined;
}

function encodeAny(writer: ProtobufWriter, span: ReadableSpan): void {
  encodeHead(writer, span, span.name);
  encodeTime(writer, 0x39, span.startTime);
  encodeTime(writer, 0x41, span.endTime);
  encodeAttributes(writer, span.attributes, ATTRIBUTES);
  encodeCount(writer, 0x50, span.droppedAttributesCount);
  for (const { name, time, attributes, droppedAttributesCount } of span.events) {
    writer.byte(0x5a);
    const start = writer.begin(1);
    encodeTime(writer, 0x09, time);
    writer.byte(0x12);
    writer.string(name);
    if (attributes) encodeAttributes(writer, attributes, 3);
    encodeCount(writer, 0x20, droppedAttributesCount ?? 0);
    writer.end(start, 1);
  }
  encodeCount(writer, 0x60, span.droppedEventsCount);
  for (const { context, attributes, droppedAttributesCount } of span.links) {
    writer.byte(0x6a);
    const start = writer.begin(1);
    encodeIds(writer, context);
    if (attributes) encodeAttributes(writer, attributes, 4);
    encodeCount(writer, 0x28, droppedAttributesCount ?? 0);
    encodeFlags(writer, 0x35, context, context.isRemote);
    writer.end(start, 1);
  }
  encodeCount(writer, 0x70, span.droppedLinksCount);
  encodeStatus(writer, span);
  encodeFlags(writer, 0x85, span.spanContext(), span.parentSpanContext?.isRemote);
}

function encodeHead(writer: ProtobufWriter, span: ReadableSpan, name: string): void {
  encodeIds(writer, span.spanContext());
  if (span.parentSpanContext?.spanId) {
    writer.byte(0x22);
    writer.hex(span.parentSpanContext.spanId);
  }
  writer.byte(0x2a);
  writer.string(name);
  writer.byte(0x30);
  writer.byte(span.kind + 1);
}

/** The first three fields, which are the same in a span and in a link. */
function encodeIds(writer: ProtobufWriter, { traceId, spanId, traceState }: SpanContext): void {
  writer.byte(0x0a);
  writer.hex(traceId);
  writer.byte(0x12);
  writer.hex(spanId);
  const state = traceState?.serialize();
  if (!state) return;
  writer.byte(0x1a);
  writer.string(state);
}

function encodeStatus(writer: ProtobufWriter, { status }: ReadableSpan): void {
  writer.byte(0x7a);
  const start = writer.begin(1);
  if (status.message) {
    writer.byte(0x12);
    writer.string(status.message);
  }
  writer.byte(0x18);
  writer.byte(status.code);
  writer.end(start, 1);
}

function encodeFlags(writer: ProtobufWriter, tag: number, { traceFlags }: SpanContext, isRemote?: boolean): void {
  writer.byte(tag);
  // Field 16 takes two bytes for its tag, field 6 one.
  if (tag === 0x85) writer.byte(0x01);
  writer.fixed32((traceFlags & 0xff) | HAS_IS_REMOTE | (isRemote ? IS_REMOTE : 0));
}

function encodeCount(writer: ProtobufWriter, tag: number, count: number): void {
  writer.byte(tag);
  writer.varint(count);
}

const TWO_TO_32 = 2 ** 32;

/** Nanoseconds since 1970 in 64 bits, which no number holds: the halves are made of microseconds, which one does. */
function encodeTime(writer: ProtobufWriter, tag: number, time: SpanTime): void {
  writer.byte(tag);
  let microseconds: number;
  let rest = 0;
  if (typeof time === 'number') microseconds = Math.round(time * 1000);
  else {
    rest = time[1] % 1000;
    microseconds = time[0] * 1e6 + (time[1] - rest) / 1000;
  }
  // Before 1970 there is no time in OTLP.
  if (microseconds < 0) microseconds = rest = 0;
  const above = Math.floor(microseconds / TWO_TO_32);
  const low = (microseconds - above * TWO_TO_32) * 1000 + rest;
  const carry = Math.floor(low / TWO_TO_32);
  writer.fixed64(low - carry * TWO_TO_32, above * 1000 + carry);
}
