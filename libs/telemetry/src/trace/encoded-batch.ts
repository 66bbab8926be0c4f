import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { checkResource } from '../privacy/check-resource.js';
import { encodeAttributes } from './encode-value.js';
import { ProtobufWriter } from './protobuf-writer.js';
import { SpanEncoder } from './span-encoder.js';

/** A request of {@link https://opentelemetry.io/docs/specs/otlp/} as it is sent, with `length` spans in it. */
export interface EncodedBatch {
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** A first batch of usual size does without growing. */
const CAPACITY = 64 * 1024;
const RESOURCE_SPANS = 0x0a;
const RESOURCE = 0x0a;
const SCOPE_SPANS = 0x12;
const SCOPE = 0x0a;
const SPAN = 0x12;
const SCHEMA_URL = 0x1a;

/** Encodes each span when it is added, so that none has to be kept, and gives out what has come together as a request. */
export class BatchEncoder {
  readonly #encoder = new SpanEncoder();
  readonly #spans = new Map<InstrumentationScope, ProtobufWriter>();
  #resource: Resource | undefined;
  #length = 0;

  /** Spans added since the last request was taken. */
  get length(): number {
    return this.#length;
  }

  /** `false` where the span cannot be encoded; nothing of it is in the request then. */
  add(span: ReadableSpan): boolean {
    this.#resource = span.resource;
    let writer = this.#spans.get(span.instrumentationScope);
    if (!writer) this.#spans.set(span.instrumentationScope, (writer = new ProtobufWriter(CAPACITY)));
    const before = writer.length;
    try {
      writer.byte(SPAN);
      this.#encoder.encode(writer, span);
    } catch {
      writer.rewind(before);
      return false;
    }
    this.#length++;
    return true;
  }

  take(): EncodedBatch {
    const length = this.#length;
    this.#length = 0;
    const size = [...this.#spans.values()].reduce((sum, { length }) => sum + length, 0);
    const request = new ProtobufWriter(size + 4096);
    request.byte(RESOURCE_SPANS);
    const start = request.begin(2);
    this.#encodeResource(request);
    for (const [scope, spans] of this.#spans) {
      if (spans.length > 0) encodeScopeSpans(request, scope, spans);
      spans.reset();
    }
    request.end(start, 2);
    return { length, bytes: request.written() };
  }

  #encodeResource(request: ProtobufWriter): void {
    if (!this.#resource) return;
    request.byte(RESOURCE);
    const start = request.begin(2);
    encodeAttributes(request, checkResource(this.#resource).attributes, 1);
    // How many attributes were dropped, as OpenTelemetry's own serializer says it.
    request.byte(0x10);
    request.byte(0);
    request.end(start, 2);
  }
}

function encodeScopeSpans(request: ProtobufWriter, scope: InstrumentationScope, spans: ProtobufWriter): void {
  request.byte(SCOPE_SPANS);
  const start = request.begin(2);
  request.byte(SCOPE);
  const scopeStart = request.begin(1);
  request.byte(0x0a);
  request.string(scope.name);
  if (scope.version) {
    request.byte(0x12);
    request.string(scope.version);
  }
  request.end(scopeStart, 1);
  request.raw(spans.written());
  if (scope.schemaUrl) {
    request.byte(SCHEMA_URL);
    request.string(scope.schemaUrl);
  }
  request.end(start, 2);
}
