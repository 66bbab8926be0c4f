import type { AttributeValue, TraceSpan } from '@epro/trace-contract';

const KIND = { INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 };
const STATUS = { UNSET: 0, OK: 1, ERROR: 2 };

/** Spans as Jaeger's API v3 answers with them. */
export function otlpJson(spans: readonly TraceSpan[]) {
  return {
    result: {
      resourceSpans: [...Map.groupBy(spans, ({ service }) => service)].map(([service, own]) => ({
        resource: { attributes: attributes({ 'service.name': service }) },
        scopeSpans: [{ spans: own.map(otlpSpan) }],
      })),
    },
  };
}

const otlpSpan = (span: TraceSpan) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  parentSpanId: span.parentSpanId ?? '',
  name: span.name,
  kind: KIND[span.kind],
  startTimeUnixNano: String(span.startTime),
  endTimeUnixNano: String(span.endTime),
  attributes: attributes(span.attributes),
  status: { code: STATUS[span.status] },
});

const attributes = (values: Readonly<Record<string, AttributeValue>>) =>
  Object.entries(values).map(([key, value]) => ({ key, value: otlpValue(value) }));

function otlpValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return { intValue: String(value) };
  return { arrayValue: { values: value.map(otlpValue) } };
}
