import { trace, TraceFlags, type Context } from '@opentelemetry/api';

/** Whether what is done in this context belongs to a trace that is recorded. */
export function isSampled(ctx: Context): boolean {
  const span = trace.getSpanContext(ctx);
  return span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0;
}
