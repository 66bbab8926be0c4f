import { SpanKind, SpanStatusCode, type Attributes, type AttributeValue } from '@opentelemetry/api';
import { hrTimeToMicroseconds } from '@opentelemetry/core';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import {
  ATTR_ERROR_TYPE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_SERVICE_NAME,
} from '@opentelemetry/semantic-conventions';

/** A span in Zipkin's API, version 2. Times in microseconds. */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind?: 'CLIENT' | 'SERVER' | 'PRODUCER' | 'CONSUMER';
  readonly timestamp: number;
  readonly duration: number;
  readonly localEndpoint: { readonly serviceName: string };
  readonly remoteEndpoint?: { readonly serviceName: string; readonly port?: number };
  readonly tags: Readonly<Record<string, string>>;
  readonly annotations: readonly { readonly timestamp: number; readonly value: string }[];
}

const KIND = {
  [SpanKind.INTERNAL]: undefined,
  [SpanKind.CLIENT]: 'CLIENT',
  [SpanKind.SERVER]: 'SERVER',
  [SpanKind.PRODUCER]: 'PRODUCER',
  [SpanKind.CONSUMER]: 'CONSUMER',
} as const;

/**
 * A span as Zipkin has it. Links have no place there and are left out.
 *
 * Follows {@link https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/}.
 */
export function toZipkinSpan(span: ReadableSpan): ZipkinSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    id: spanId,
    parentId: span.parentSpanContext?.spanId,
    name: span.name,
    kind: KIND[span.kind],
    timestamp: Math.round(hrTimeToMicroseconds(span.startTime)),
    // 0 would mean that it has not ended.
    duration: Math.max(1, Math.round(hrTimeToMicroseconds(span.duration))),
    localEndpoint: { serviceName: text(span.resource.attributes[ATTR_SERVICE_NAME] ?? 'unknown_service') },
    remoteEndpoint: remoteEndpoint(span),
    tags: tagsOf(span),
    annotations: span.events.map(annotation),
  };
}

function remoteEndpoint({ kind, attributes }: ReadableSpan): ZipkinSpan['remoteEndpoint'] {
  const address = attributes[ATTR_SERVER_ADDRESS];
  if ((kind !== SpanKind.CLIENT && kind !== SpanKind.PRODUCER) || typeof address !== 'string') return undefined;
  const port = attributes[ATTR_SERVER_PORT];
  return { serviceName: address, port: typeof port === 'number' ? port : undefined };
}

function tagsOf(span: ReadableSpan): Record<string, string> {
  const tags: Record<string, string> = {};
  addTags(tags, span.resource.attributes);
  delete tags[ATTR_SERVICE_NAME];
  addTags(tags, span.attributes);
  tags['otel.scope.name'] = span.instrumentationScope.name;
  if (span.status.code !== SpanStatusCode.UNSET) tags['otel.status_code'] = SpanStatusCode[span.status.code];
  // Zipkin tells a failed span by this tag, whatever it says.
  if (span.status.code === SpanStatusCode.ERROR) tags['error'] = span.status.message || tags[ATTR_ERROR_TYPE] || '';
  if (span.droppedAttributesCount > 0) tags['otel.dropped_attributes_count'] = String(span.droppedAttributesCount);
  if (span.droppedEventsCount > 0) tags['otel.dropped_events_count'] = String(span.droppedEventsCount);
  if (span.droppedLinksCount > 0) tags['otel.dropped_links_count'] = String(span.droppedLinksCount);
  return tags;
}

function addTags(tags: Record<string, string>, attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) tags[key] = text(value);
  }
}

function text(value: AttributeValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function annotation({ name, time, attributes }: TimedEvent): ZipkinSpan['annotations'][number] {
  const hasAttributes = attributes !== undefined && Object.keys(attributes).length > 0;
  return {
    timestamp: Math.round(hrTimeToMicroseconds(time)),
    value: hasAttributes ? `${JSON.stringify(name)}: ${JSON.stringify(attributes)}` : name,
  };
}
