/** Writes the few forms of {@link https://protobuf.dev/programming-guides/encoding/} that OTLP needs, into a buffer that grows. */
export class ProtobufWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What has been written. Valid until the next write. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  reset(): void {
    this.#length = 0;
  }

  /** Forgets what was written from there on. */
  rewind(length: number): void {
    this.#length = length;
  }

  /** Makes room for so many bytes. */
  reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + size));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** @param value a whole number; negative ones take ten bytes, as in protobuf */
  varint(value: number): void {
    this.reserve(MAX_VARINT);
    if (value >= 0 && value < 0x8000_0000) {
      let rest = value;
      while (rest > 0x7f) {
        this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      this.#bytes[this.#length++] = rest;
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  fixed32(value: number): void {
    this.reserve(4);
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
  }

  /** An unsigned number of 64 bits as its two halves. */
  fixed64(low: number, high: number): void {
    this.fixed32(low);
    this.fixed32(high);
  }

  double(value: number): void {
    this.reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Bytes given in hexadecimal digits, with their length before. */
  hex(digits: string): void {
    const size = digits.length >> 1;
    this.reserve(size + 1);
    this.#bytes[this.#length++] = size;
    for (let i = 0; i + 1 < digits.length; i += 2) {
      this.#bytes[this.#length++] = (digit(digits.charCodeAt(i)) << 4) | digit(digits.charCodeAt(i + 1));
    }
  }

  /** UTF-8 with its length before. */
  string(text: string): void {
    if (text.length < SHORT && this.#shortAscii(text)) return;
    const size = Buffer.byteLength(text);
    this.varint(size);
    this.reserve(size);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /**
   * Begins a message with its length before; give what it returns to {@link end}.
   *
   * @param lengthBytes how many bytes the length will most likely take; with others it is right as well, only slower
   */
  begin(lengthBytes: 1 | 2): number {
    this.reserve(lengthBytes);
    this.#length += lengthBytes;
    return this.#length;
  }

  /** Ends a message begun with as many bytes for its length. */
  end(start: number, lengthBytes: 1 | 2): void {
    const size = this.#length - start;
    const needed = sizeOfVarint(size);
    if (needed !== lengthBytes) {
      this.reserve(MAX_VARINT);
      this.#bytes.copyWithin(start - lengthBytes + needed, start, this.#length);
    }
    let at = start - lengthBytes;
    let rest = size;
    while (rest > 0x7f) {
      this.#bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[at++] = rest;
    this.#length = at + size;
  }

  /** Most of what is written is an identifier: shorter to write here than to ask for. */
  #shortAscii(text: string): boolean {
    const size = text.length;
    this.reserve(size + 1);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = size;
    for (let i = 0; i < size; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[at++] = code;
    }
    this.#length = at;
    return true;
  }
}

const MAX_VARINT = 10;
const SHORT = 64;

/** Of a digit 0-9, a-f or A-F, by its code. */
function digit(code: number): number {
  return (code & 15) + (code > 57 ? 9 : 0);
}

function sizeOfVarint(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}
