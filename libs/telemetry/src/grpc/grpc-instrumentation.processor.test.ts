import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { defaultResource } from '@opentelemetry/resources';
import { AlwaysOnSampler, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { startMeasuring } from '../metrics/measuring.js';
import { CompactTracerProvider } from '../trace/compact-tracer-provider.js';
import { GrpcInstrumentationSpanProcessor } from './grpc-instrumentation.processor.js';

/** As the instrumentation does for a call that ended with this status. */
function callEndedWith(kind: SpanKind, code: number) {
  const exporter = new InMemorySpanExporter();
  const provider = new CompactTracerProvider({
    resource: defaultResource(),
    sampler: new AlwaysOnSampler(),
    processors: [new GrpcInstrumentationSpanProcessor(), new SimpleSpanProcessor({ exporter })],
  });
  const span = provider.getTracer('@opentelemetry/instrumentation-grpc').startSpan('grpc.test.v1.Echo/Say', { kind });
  span.setAttributes({ 'rpc.method': 'Say', 'rpc.grpc.status_code': code });
  if (code !== 0) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'my answer' });
    span.setAttributes({ 'grpc.error_name': 'Error', 'grpc.error_message': 'my answer' });
  }
  span.end();
  return exporter.getFinishedSpans()[0]!;
}

it.each([
  ['an answer', SpanKind.SERVER, 0, SpanStatusCode.UNSET, undefined],
  ['a refusal, where it is made', SpanKind.SERVER, 5, SpanStatusCode.UNSET, undefined],
  ['a refusal, where it arrives', SpanKind.CLIENT, 5, SpanStatusCode.ERROR, 'NOT_FOUND'],
  ['a fault', SpanKind.SERVER, 13, SpanStatusCode.ERROR, 'INTERNAL'],
] as const)('%s has name and status as the interceptors give them, and no text', (_what, kind, code, status, type) => {
  const span = callEndedWith(kind, code);
  expect(span.name).toBe('test.v1.Echo/Say');
  expect(span.status).toEqual({ code: status });
  expect(span.attributes).toMatchObject({ 'rpc.method': 'test.v1.Echo/Say', 'rpc.system.name': 'grpc' });
  expect(span.attributes['error.type']).toBe(type);
  expect(JSON.stringify(span.attributes)).not.toContain('my answer');
});

it('calls are timed as the interceptors do', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
  startMeasuring(provider.getMeter('test'));
  callEndedWith(SpanKind.SERVER, 5);
  callEndedWith(SpanKind.CLIENT, 5);
  await provider.forceFlush();
  const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const call = { 'rpc.system.name': 'grpc', 'rpc.method': 'test.v1.Echo/Say', 'rpc.status_code': 'NOT_FOUND' };
  const durations = metrics
    .filter(({ descriptor }) => descriptor.name.startsWith('rpc.'))
    .map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.map(({ attributes }) => attributes)]);
  expect(Object.fromEntries(durations)).toEqual({
    'rpc.server.call.duration': [call],
    'rpc.client.call.duration': [{ ...call, 'error.type': 'NOT_FOUND' }],
  });
  await provider.shutdown();
});
