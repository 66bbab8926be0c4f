import type { AttributeValue, TraceSpan } from '@epro/trace-contract';

const KINDS = { INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 } as const;
const STATUSES = { UNSET: 0, OK: 1, ERROR: 2 } as const;

/** Sends spans of one service, as that service's own export would. */
export async function sendSpans(otlpUrl: string, spans: readonly TraceSpan[]): Promise<void> {
  const [first] = spans;
  if (!first) return;
  const resource = { attributes: [attribute('service.name', first.service)] };
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: spans.map(toOtlp) }] }] });
  const response = await fetch(`${otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  if (!response.ok) throw new Error(`The Collector refused spans: ${response.status} ${await response.text()}`);
}

function toOtlp(span: TraceSpan) {
  const { traceId, spanId, parentSpanId, name, startTime, endTime, attributes } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId && { parentSpanId }),
    name,
    kind: KINDS[span.kind],
    startTimeUnixNano: String(startTime),
    endTimeUnixNano: String(endTime),
    status: { code: STATUSES[span.status] },
    attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  };
}

function attribute(key: string, value: AttributeValue) {
  if (typeof value === 'number') return { key, value: { doubleValue: value } };
  if (typeof value === 'boolean') return { key, value: { boolValue: value } };
  return { key, value: { stringValue: String(value) } };
}
