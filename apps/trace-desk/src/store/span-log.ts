/** A span as it is kept: its protobuf and the number of its origin. */
export interface StoredSpan {
  readonly origin: number;
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 8;
/** Segments are joined up to here: few objects for the garbage collector, and little copying. */
const SEGMENT_BYTES = 8192;

/** The bytes that a span takes in a log. */
export const storedBytes = (span: StoredSpan) => HEADER_BYTES + span.bytes.length;

/**
 * The encoded spans of one trace, in the order of arrival, in a few byte arrays outside the JavaScript heap: a decoded
 * span takes several times as much.
 */
export class SpanLog {
  readonly #segments: Buffer[] = [];

  /** Copies spans to the end. */
  append(spans: readonly StoredSpan[]): void {
    const size = spans.reduce((sum, span) => sum + storedBytes(span), 0);
    const last = this.#segments.at(-1);
    const joined = last !== undefined && last.length + size <= SEGMENT_BYTES ? last : undefined;
    // Not from Buffer's pool, where a kept slice would keep the whole pool.
    const segment = Buffer.allocUnsafeSlow((joined?.length ?? 0) + size);
    let offset = joined?.copy(segment) ?? 0;
    for (const { origin, bytes } of spans) {
      segment.writeUInt32LE(origin, offset);
      segment.writeUInt32LE(bytes.length, offset + 4);
      segment.set(bytes, offset + HEADER_BYTES);
      offset += HEADER_BYTES + bytes.length;
    }
    if (joined) this.#segments.pop();
    this.#segments.push(segment);
  }

  *[Symbol.iterator](): Generator<StoredSpan> {
    for (const segment of this.#segments) {
      for (let offset = 0; offset < segment.length;) {
        const start = offset + HEADER_BYTES;
        const end = start + segment.readUInt32LE(offset + 4);
        yield { origin: segment.readUInt32LE(offset), bytes: segment.subarray(start, end) };
        offset = end;
      }
    }
  }
}
