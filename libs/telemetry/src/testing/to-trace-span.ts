import type { AttributeValue, SpanKind, SpanStatus, TraceSpan } from '@epro/trace-contract';
import type { Attributes, HrTime, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';

// In the order of OpenTelemetry's numbers.
const KINDS: readonly SpanKind[] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES: readonly SpanStatus[] = ['UNSET', 'OK', 'ERROR'];

/** An ended span of this process as trace contracts see it, and as a backend would give it back. */
export function toTraceSpan(span: ReadableSpan): TraceSpan {
  const { [ATTR_SERVICE_NAME]: service = '', ...resource } = valuesOf(span.resource.attributes);
  return {
    ...idsOf(span.spanContext()),
    ...(span.parentSpanContext && { parentSpanId: span.parentSpanContext.spanId }),
    service: String(service),
    name: span.name,
    kind: KINDS[span.kind] ?? 'INTERNAL',
    status: STATUSES[span.status.code] ?? 'UNSET',
    ...(span.status.message !== undefined && { statusMessage: span.status.message }),
    startTime: nanoseconds(span.startTime),
    endTime: nanoseconds(span.endTime),
    attributes: valuesOf(span.attributes),
    resource,
    events: span.events.map(({ name, time, attributes = {} }) => ({
      name,
      time: nanoseconds(time),
      attributes: valuesOf(attributes),
    })),
    links: span.links.map(({ context, attributes = {} }) => ({ ...idsOf(context), attributes: valuesOf(attributes) })),
  };
}

const idsOf = ({ traceId, spanId }: SpanContext) => ({ traceId, spanId });

function nanoseconds([seconds, rest]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}

function valuesOf(attributes: Attributes): Record<string, AttributeValue> {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given) as Record<string, AttributeValue>;
}
