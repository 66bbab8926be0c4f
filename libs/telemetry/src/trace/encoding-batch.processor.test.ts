import { context, ROOT_CONTEXT, TraceFlags, type SpanOptions } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { beforeEach, describe, expect, it } from 'vitest';
import { activeScope, RequestScope, withScope } from '../context/request-scope.js';
import { ensureContextManager } from '../sdk/telemetry.js';
import { decodeOtlpTraces } from '../testing/otlp-protobuf.js';
import { CompactTracerProvider } from './compact-tracer-provider.js';
import type { EncodedBatch } from './encoded-batch.js';
import { EncodingBatchProcessor } from './encoding-batch.processor.js';

const IDLE = { exportTimeoutMillis: 1000, maxExportBatchSize: 250, maxQueueSize: 1000, scheduledDelayMillis: 60_000 };

const ended: ReadableSpan[] = [];
const tracer = new CompactTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'epro-test' }),
  sampler: new AlwaysOnSampler(),
  processors: [{ onEnd: (span) => ended.push(span) }],
}).getTracer('test');

function end(options: SpanOptions = {}): ReadableSpan {
  tracer.startSpan('step', options).end();
  return ended.at(-1)!;
}

let sent: EncodedBatch[] = [];
let scopes: unknown[] = [];
let invalid = 0;

function createProcessor(settings: Partial<typeof IDLE> = {}) {
  const exporter = {
    export: (batch: EncodedBatch, done: (result: { code: ExportResultCode }) => void) => {
      sent.push(batch);
      scopes.push(activeScope());
      done({ code: ExportResultCode.SUCCESS });
    },
    shutdown: () => Promise.resolve(),
  };
  return new EncodingBatchProcessor(exporter, { ...IDLE, ...settings }, () => invalid++);
}

interface DecodedTraces {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { spanId: string }[] }[];
  }[];
}

function spanIds({ bytes }: EncodedBatch): string[] {
  const { resourceSpans } = decodeOtlpTraces(bytes) as DecodedTraces;
  return resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ spanId }) => spanId)),
  );
}

const idOf = (span: ReadableSpan) => span.spanContext().spanId;

beforeEach(() => {
  sent = [];
  scopes = [];
  invalid = 0;
});

describe('a batch', () => {
  // Spans are encoded 128 at a time.
  it.each([1, 127, 128, 129, 250, 300])('of %i spans has them all, in the order in which they ended', async (count) => {
    const processor = createProcessor();
    const spans = Array.from({ length: count }, () => end());
    for (const span of spans) processor.onEnd(span);
    expect(sent.map(({ length }) => length)).toEqual(count >= 250 ? [250] : []);
    await processor.shutdown();
    expect(sent.flatMap(spanIds)).toEqual(spans.map(idOf));
  });

  it('is sent when it is due, however few spans there are', async () => {
    const processor = createProcessor({ scheduledDelayMillis: 1 });
    const span = end();
    processor.onEnd(span);
    await expect.poll(() => sent.flatMap(spanIds)).toEqual([idOf(span)]);
    await processor.shutdown();
    expect(sent).toHaveLength(1);
  });

  it('leaves out, and counts, a span that cannot be encoded', async () => {
    const link = { context: { traceId: undefined as unknown as string, spanId: '', traceFlags: TraceFlags.NONE } };
    const processor = createProcessor();
    const spans = [end(), end({ links: [link] }), end()];
    for (const span of spans) processor.onEnd(span);
    await processor.forceFlush();
    expect(invalid).toBe(1);
    expect(sent.flatMap(spanIds)).toEqual([spans[0]!, spans[2]!].map(idOf));
    await processor.shutdown();
  });

  it('is sent in no request, whichever ended the last of its spans', async () => {
    ensureContextManager();
    const processor = createProcessor({ maxExportBatchSize: 1 });
    context.with(withScope(ROOT_CONTEXT, new RequestScope({ tenantId: 'aurora' })), () => processor.onEnd(end()));
    await processor.shutdown();
    expect(scopes).toEqual([undefined]);
  });
});
