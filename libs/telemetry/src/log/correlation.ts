import { isSpanContextValid, trace } from '@opentelemetry/api';
import { activeScope } from '../context/request-scope.js';

/** What joins a log line with its trace and its request; empty outside both. */
export interface Correlation {
  /** 32 lower-case hex digits. */
  readonly trace_id?: string;
  /** 16 lower-case hex digits; absent where no span is active. */
  readonly span_id?: string;
  readonly request_id?: string;
  readonly tenant?: string;
  /** The request's business context under its attribute names. */
  readonly [attribute: string]: unknown;
}

/** That of the request being handled and of its active span. */
export function correlation(): Correlation {
  const spanContext = trace.getActiveSpan()?.spanContext();
  const scope = activeScope();
  const span = spanContext && isSpanContextValid(spanContext) ? spanContext : undefined;
  if (!scope && !span) return {};
  return {
    // The span's own first: work that was detached has a trace of its own.
    trace_id: span?.traceId ?? scope?.traceId,
    span_id: span?.spanId,
    request_id: scope?.get('requestId'),
    tenant: scope?.get('tenantId'),
    ...scope?.attributes,
  };
}
