import { SPAN_KINDS, STATUS_ERROR, STATUS_OK } from '../otlp/otlp-json.js';
import { findAttribute } from './attribute-text.js';
import type { TraceSpan } from './read-trace.js';

/** What one span must satisfy, all at once, for its trace to be found: Jaeger's search. Times are Unix nanoseconds. */
export interface SpanQuery {
  readonly service?: string;
  readonly operation?: string;
  readonly startMin?: bigint;
  readonly startMax?: bigint;
  /** Nanoseconds; 0 is no bound. */
  readonly durationMin?: bigint;
  readonly durationMax?: bigint;
  /** Each in the span, or in its resource, scope, an event or a link of it. */
  readonly attributes: ReadonlyMap<string, string>;
}

export function matchesSpan(candidate: TraceSpan, query: SpanQuery): boolean {
  const { span, origin } = candidate;
  if (query.service && query.service !== origin.service) return false;
  if (query.operation && query.operation !== span.name) return false;
  const start = BigInt(span.startTimeUnixNano);
  if (query.startMin !== undefined && start < query.startMin) return false;
  if (query.startMax !== undefined && start > query.startMax) return false;
  const duration = BigInt(span.endTimeUnixNano) - start;
  if (query.durationMin && duration < query.durationMin) return false;
  if (query.durationMax && duration > query.durationMax) return false;
  return [...query.attributes].every(([key, value]) => hasAttribute(candidate, key, value));
}

/** Keys that Jaeger answers from a span's own fields. */
const FIELDS: Readonly<Record<string, (candidate: TraceSpan, value: string) => boolean>> = {
  error: ({ span }, value) => isTrue(value) === (span.status.code === STATUS_ERROR),
  'span.kind': ({ span }, value) => (SPAN_KINDS[span.kind ?? 0] ?? 'unspecified') === value.toLowerCase(),
  'span.status': ({ span }, value) => statusName(span.status.code) === value.toUpperCase(),
  'otel.status_code': ({ span }, value) => statusName(span.status.code) === value.toUpperCase(),
  'otel.status_description': ({ span }, value) => (span.status.message ?? '') === value,
  'scope.name': ({ origin }, value) => (origin.scope.name ?? '') === value,
  'scope.version': ({ origin }, value) => (origin.scope.version ?? '') === value,
  'otel.scope.name': ({ origin }, value) => (origin.scope.name ?? '') === value,
  'otel.scope.version': ({ origin }, value) => (origin.scope.version ?? '') === value,
};

/** A key whose attribute is among the search terms of a trace, rather than computed. */
export const isStoredKey = (key: string) => !Object.hasOwn(FIELDS, key) && !key.startsWith('resource.');

function hasAttribute(candidate: TraceSpan, key: string, value: string): boolean {
  const { span, origin } = candidate;
  if (Object.hasOwn(FIELDS, key) && FIELDS[key]!(candidate, value)) return true;
  if (key.startsWith('resource.') && findAttribute(origin.resource.attributes, key.slice(9)) === value) return true;
  return [span, origin.scope, origin.resource, ...(span.events ?? []), ...(span.links ?? [])].some(
    ({ attributes }) => findAttribute(attributes, key) === value,
  );
}

/** As Go reads a boolean. */
const isTrue = (value: string) => ['1', 't', 'true'].includes(value.toLowerCase());

function statusName(code = 0): string {
  return code === STATUS_ERROR ? 'ERROR' : code === STATUS_OK ? 'OK' : 'UNSET';
}
