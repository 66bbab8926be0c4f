import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { readSpans } from './read-spans.js';

/** What an exporter sends for a root and its child in one service. */
function exported(service: string) {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'host.cpus': 2, 'service.name': service, 'service.namespace': 'epro' }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('test');
  const root = tracer.startSpan('root', { attributes: { many: ['a', 'b'], flag: true } }, ROOT_CONTEXT);
  const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root));
  child.addEvent('happened', { how: 'well' });
  child.setStatus({ code: 2, message: 'no' });
  child.end();
  root.end();
  const request = ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans())!;
  return { request, root: root.spanContext(), child: child.spanContext() };
}

describe('readSpans', () => {
  it('reads where each span hangs from what the SDK sends', () => {
    const { request, root, child } = exported('epro-gateway');
    const seen: string[][] = [];
    readSpans(request, (...span) => seen.push(span));
    expect(seen).toEqual([
      ['epro-gateway', child.traceId, child.spanId, root.spanId],
      ['epro-gateway', root.traceId, root.spanId, ''],
    ]);
  });

  it('throws where the bytes are cut off', () => {
    const { request } = exported('epro-gateway');
    expect(() => readSpans(request.subarray(0, request.length - 3), () => {})).toThrow();
  });
});
