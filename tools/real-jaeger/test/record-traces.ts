import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type HrTime,
  type Span,
  type SpanOptions,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

export interface RecordedTraces {
  /** Of a submission: three services, an error, events, links, every type of value, a consumer after the end. */
  readonly submission: string;
  /** Shorter, earlier, another patient, nothing wrong. */
  readonly visit: string;
  /** Its root never arrives. */
  readonly orphaned: string;
  /** Around all of it. */
  readonly start: Date;
  readonly end: Date;
}

/** Sends the same spans, down to their ids and nanoseconds, to every receiver, through OpenTelemetry's own SDK. */
export async function recordTraces(otlpUrls: readonly string[]): Promise<RecordedTraces> {
  const epoch = Math.floor(Date.now() / 1000) - 60;
  const at = (millis: number): HrTime => [epoch + Math.floor(millis / 1000), Math.round((millis % 1000) * 1e6) + 123];
  const services = new Map(
    ['gateway', 'storage', 'analysis'].map((name) => [name, service(`conformance-${name}`, otlpUrls)] as const),
  );
  const record = (name: string, title: string, parent: Span | undefined, from: number, options: SpanOptions = {}) =>
    services
      .get(name)!
      .getTracer('conformance', '1.2.3')
      .startSpan(
        title,
        { startTime: at(from), ...options },
        parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
      );

  const visit = record('gateway', 'GET /visit', undefined, 0, {
    kind: SpanKind.SERVER,
    attributes: { 'patient.id': 'AUR-0002' },
  });
  visit.end(at(7));

  const root = record('gateway', 'POST /submissions', undefined, 1000, {
    kind: SpanKind.SERVER,
    attributes: {
      'patient.id': 'AUR-0001',
      'http.response.status_code': 201,
      'epro.share': 0.25,
      'epro.whole': 3.0000001,
      'epro.negative': -42,
      'epro.flag': true,
      'epro.off': false,
      'epro.empty': '',
      'epro.words': ['Größe', 'a "quoted" word', ''],
      'epro.numbers': [1, 2.5, 3],
      'epro.flags': [true, false],
      'epro.none': [],
    },
  });
  const call = record('gateway', 'storage/Save', root, 1005, { kind: SpanKind.CLIENT });
  const save = record('storage', 'storage/Save', call, 1006, {
    kind: SpanKind.SERVER,
    links: [
      { context: visit.spanContext(), attributes: { why: 'earlier visit' } },
      { context: root.spanContext(), attributes: { 'opentracing.ref_type': 'child_of' } },
      { context: call.spanContext() },
    ],
  });
  save.addEvent('rows written', { rows: 3, table: 'submission' }, at(1010));
  save.addEvent('again', { event: 'a field of that name' }, at(1008));
  save.recordException(
    { name: 'DomainError', message: 'refused', stack: 'DomainError: refused\n    at save' },
    at(1011),
  );
  save.setStatus({ code: SpanStatusCode.ERROR, message: 'refused' });
  save.end(at(1012));
  call.setStatus({ code: SpanStatusCode.ERROR });
  call.end(at(1014));
  const send = record('gateway', 'send submission', root, 1015, { kind: SpanKind.PRODUCER });
  send.end(at(1016));
  root.setStatus({ code: SpanStatusCode.OK });
  root.end(at(1050));
  const consume = record('analysis', 'process submission', send, 1100, { kind: SpanKind.CONSUMER });
  const step = record('analysis', 'analyze', consume, 1101, { attributes: { 'patient.id': 'AUR-0001' } });
  step.end(at(1103));
  consume.end(at(1110));

  const lost = record('gateway', 'never ended', undefined, 2000);
  record('storage', 'orphan', lost, 2001, { attributes: { 'patient.id': 'AUR-0003' } }).end(at(2002));

  await Promise.all([...services.values()].map((provider) => provider.shutdown()));
  return {
    submission: root.spanContext().traceId,
    visit: visit.spanContext().traceId,
    orphaned: lost.spanContext().traceId,
    start: new Date((epoch - 10) * 1000),
    end: new Date((epoch + 10) * 1000),
  };
}

function service(name: string, otlpUrls: readonly string[]): TracerProvider {
  return new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': name, 'service.namespace': 'conformance', 'process.pid': 4242 }),
    spanProcessors: otlpUrls.map(
      (url) => new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${url}/v1/traces` }) }),
    ),
  });
}
