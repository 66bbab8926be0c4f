import {
  trace,
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed, TraceState } from '@opentelemetry/core';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';

/** `00-` trace id `-` span id `-` flags: all of version 00, and how every later version begins. */
const LENGTH = 55;
const DASH = 45;
const INVALID_VERSION = 0xff;
/** Of the flags only "sampled" and "random trace id" mean something in version 00, and no others leave. */
const FLAGS = ['00', '01', '02', '03'] as const;

const DIGITS = Int8Array.from({ length: 0x80 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code)));

/**
 * Carries the trace as `traceparent` and `tracestate`. Does what OpenTelemetry's own propagator does in a fraction of
 * its time: it is called at each end of every hop. Differs where that one leaves the specification: a `traceparent`
 * that is there twice is none, and flags always leave as two digits.
 *
 * Follows {@link https://www.w3.org/TR/trace-context-2/}.
 */
export class TraceContextPropagator implements TextMapPropagator {
  inject(ctx: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = trace.getSpanContext(ctx);
    if (!spanContext || !hasIds(spanContext) || isTracingSuppressed(ctx)) return;
    const { traceId, spanId, traceFlags, traceState } = spanContext;
    setter.set(carrier, TRACEPARENT, `00-${traceId}-${spanId}-${FLAGS[traceFlags & 3]!}`);
    const state = traceState?.serialize();
    if (state) setter.set(carrier, TRACESTATE, state);
  }

  extract(ctx: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = getter.get(carrier, TRACEPARENT);
    const only = typeof header === 'string' ? header : header?.length === 1 ? header[0] : undefined;
    const spanContext = typeof only === 'string' ? parseTraceParent(only) : undefined;
    if (!spanContext) return ctx;
    const state = getter.get(carrier, TRACESTATE);
    // Read when it is asked for; what is beyond 32 entries or 512 characters, or is no entry, is left out then.
    if (state?.length) spanContext.traceState = new TraceState(typeof state === 'string' ? state : state.join(','));
    return trace.setSpanContext(ctx, spanContext);
  }

  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }
}

/** The remote span that a `traceparent` names; `undefined` where it names none. */
export function parseTraceParent(header: string): SpanContext | undefined {
  const value = header.length === LENGTH ? header : header.trim();
  if (value.length < LENGTH) return undefined;
  if (value.charCodeAt(2) !== DASH || value.charCodeAt(35) !== DASH || value.charCodeAt(52) !== DASH) return undefined;
  const version = byteAt(value, 0);
  if (version < 0 || version === INVALID_VERSION) return undefined;
  // A later version may have more to say, after another dash.
  if (value.length > LENGTH && (version === 0 || value.charCodeAt(LENGTH) !== DASH)) return undefined;
  const traceFlags = byteAt(value, 53);
  if (traceFlags < 0 || !isId(value, 3, 35) || !isId(value, 36, 52)) return undefined;
  return { traceId: value.slice(3, 35), spanId: value.slice(36, 52), traceFlags, isRemote: true };
}

/** Whether both ids are as `traceparent` has them: lower-case hex digits, not all of them 0. */
export function hasIds({ traceId, spanId }: SpanContext): boolean {
  return traceId.length === 32 && spanId.length === 16 && isId(traceId, 0, 32) && isId(spanId, 0, 16);
}

/** Whether there are lower-case hex digits only, and not all of them 0. */
function isId(text: string, from: number, to: number): boolean {
  let all = 0;
  for (let i = from; i < to; i++) all |= digitAt(text, i);
  return all > 0;
}

/** The value of two lower-case hex digits; negative where there are none. */
function byteAt(text: string, index: number): number {
  return (digitAt(text, index) << 4) | digitAt(text, index + 1);
}

/** The value of a lower-case hex digit; -1 for anything else. */
function digitAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < DIGITS.length ? DIGITS[code]! : -1;
}
