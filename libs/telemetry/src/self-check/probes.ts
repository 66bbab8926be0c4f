import type { SpanKind, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, TraceFlags, trace, type Context } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { randomIds } from '../trace/random-ids.js';

const probes = new Map<string, Probe>();

/** A trace of the self-check's own. Its spans are looked at and never exported. */
export class Probe {
  readonly traceId = randomIds.generateTraceId();
  readonly spanId = randomIds.generateSpanId();
  /** A context in which the probe is the sampled remote parent. */
  readonly context: Context = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: this.traceId,
    spanId: this.spanId,
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
  readonly #seen = new Set<SpanKind>();
  readonly #waiting = new Map<SpanKind, () => void>();

  constructor() {
    probes.set(this.traceId, this);
  }

  observe(span: ReadableSpan): void {
    if (span.parentSpanContext?.spanId !== this.spanId) return;
    this.#seen.add(span.kind);
    this.#waiting.get(span.kind)?.();
  }

  /** Whether a span of this kind, a direct child of the probe, ends within `timeoutMs`. */
  async sees(kind: SpanKind, timeoutMs: number): Promise<boolean> {
    if (this.#seen.has(kind)) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(kind, resolve);
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
    return this.#seen.has(kind);
  }

  end(): void {
    probes.delete(this.traceId);
  }
}

/** Of how many trace ids one must be sampled for the self-check to be possible: at a ratio of 1 % it practically always is. */
const TRIES = 1000;

/** A probe that the sampler records; `undefined` where it records nothing, so that nothing can be seen. */
export function startProbe(tracer: Tracer): Probe | undefined {
  for (let i = 0; i < TRIES; i++) {
    const probe = new Probe();
    const span = tracer.startSpan('self-check', {}, probe.context);
    const recorded = span.isRecording();
    // While the probe runs, so that it is seen for what it is and not exported.
    span.end();
    if (recorded) return probe;
    probe.end();
  }
  return undefined;
}

/** The running probe whose trace this is. */
export function probeOf(traceId: string): Probe | undefined {
  return probes.size === 0 ? undefined : probes.get(traceId);
}
