import {
  context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  SpanKind,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
  type TraceState,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { SamplingDecision, type IdGenerator, type Sampler } from '@opentelemetry/sdk-trace';
import { hasIds } from '../propagation/trace-context.propagator.js';
import { CompactSpan, type SpanOwner } from './compact-span.js';
import { clockOffset } from './span-clock.js';

/** What a tracer needs beside what it tells its spans. */
export interface TracerOwner extends SpanOwner {
  readonly sampler: Sampler;
  readonly ids: IdGenerator;
  onStart(span: CompactSpan, parent: Context): void;
}

const NO_ATTRIBUTES: Attributes = Object.freeze({});
const NO_LINKS: Link[] = [];

/** Starts {@link CompactSpan}s, by the rules of {@link https://opentelemetry.io/docs/specs/otel/trace/sdk/#sdk-span-creation}. */
export class CompactTracer implements Tracer {
  constructor(private readonly owner: TracerOwner) {}

  startSpan(name: string, options: SpanOptions = {}, parentContext: Context = context.active()): Span {
    const ctx = options.root ? trace.deleteSpan(parentContext) : parentContext;
    if (isTracingSuppressed(ctx)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const { owner } = this;
    const parent = trace.getSpan(ctx);
    const parentSpanContext = parent && validContext(parent);
    const kind = options.kind ?? SpanKind.INTERNAL;
    const traceId = parentSpanContext?.traceId ?? owner.ids.generateTraceId();
    const { decision, attributes, traceState } = owner.sampler.shouldSample(
      ctx,
      traceId,
      name,
      kind,
      options.attributes ?? NO_ATTRIBUTES,
      options.links ?? NO_LINKS,
    );
    // What is not recorded needs no name of its own: it goes by its caller's, and nothing is made for it.
    if (decision === SamplingDecision.NOT_RECORD && isUnsampled(parent, parentSpanContext, traceState)) return parent;
    const isSampled = decision === SamplingDecision.RECORD_AND_SAMPLED;
    const spanContext: SpanContext = {
      traceId,
      spanId: owner.ids.generateSpanId(),
      traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      traceState: traceState ?? parentSpanContext?.traceState,
    };
    if (decision === SamplingDecision.NOT_RECORD) return trace.wrapSpanContext(spanContext);
    const span = new CompactSpan(owner, {
      name,
      kind,
      spanContext,
      parentSpanContext,
      clockOffset: parent instanceof CompactSpan ? parent.clockOffset : clockOffset(),
      startTime: options.startTime,
    });
    const initial = attributes ? { ...options.attributes, ...attributes } : options.attributes;
    if (initial) span.startWith(initial);
    if (options.links) span.addLinks(options.links);
    owner.onStart(span, ctx);
    return span;
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(name: string, options: SpanOptions, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    ctx: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    const fn = rest.pop() as F;
    const [options, parentContext = context.active()] = rest as [SpanOptions?, Context?];
    const span = this.startSpan(name, options, parentContext);
    return context.with(trace.setSpan(parentContext, span), () => fn(span)) as ReturnType<F>;
  }
}

/** Of a span started here it need not be looked at, and the API looks slowly. */
function validContext(parent: Span): SpanContext | undefined {
  const spanContext = parent.spanContext();
  const isValid = parent instanceof CompactSpan || hasIds(spanContext) || isSpanContextValid(spanContext);
  return isValid ? spanContext : undefined;
}

function isUnsampled(
  parent: Span | undefined,
  parentSpanContext: SpanContext | undefined,
  traceState: TraceState | undefined,
): parent is Span {
  if (!parent || !parentSpanContext || parent.isRecording()) return false;
  const isSameState = traceState === undefined || traceState === parentSpanContext.traceState;
  return isSameState && (parentSpanContext.traceFlags & TraceFlags.SAMPLED) === 0;
}
