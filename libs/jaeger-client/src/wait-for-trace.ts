import { setTimeout as sleep } from 'node:timers/promises';
import type { TraceSpan } from '@epro/trace-contract';
import { JaegerError, TraceWaitError } from './jaeger.error.js';

export interface WaitForTraceOptions {
  /** Whether the trace is as wanted. */
  readonly until: (spans: TraceSpan[]) => boolean;
  /** 10 seconds if not given. */
  readonly timeoutMs?: number;
  /** Ends the waiting with the signal's reason. */
  readonly signal?: AbortSignal;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/** Polls with pauses that grow. A Jaeger that cannot be asked is asked again: it may still be starting. */
export async function waitForTrace(
  getTrace: (signal: AbortSignal) => Promise<TraceSpan[] | undefined>,
  traceId: string,
  { until, timeoutMs = 10_000, signal }: WaitForTraceOptions,
): Promise<TraceSpan[]> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
  let seen: TraceSpan[] | undefined;
  let failure: JaegerError | undefined;
  for (let pause = FIRST_PAUSE_MS; !either.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      seen = await getTrace(either);
      failure = undefined;
    } catch (error) {
      if (!either.aborted) failure = jaegerError(error);
    }
    if (seen && until(seen)) return seen;
    await sleep(pause, undefined, { signal: either }).catch(() => undefined);
  }
  signal?.throwIfAborted();
  throw new TraceWaitError(whatWasSeen(traceId, timeoutMs, seen, failure), { cause: failure });
}

/** Anything else is a mistake of the caller or of ours, and no reason to ask again. */
function jaegerError(error: unknown): JaegerError {
  if (error instanceof JaegerError) return error;
  throw error;
}

function whatWasSeen(
  traceId: string,
  timeoutMs: number,
  spans: TraceSpan[] | undefined,
  failure?: JaegerError,
): string {
  const waited = `Trace ${traceId} was not as wanted after ${timeoutMs} ms`;
  const problem = failure ? `; at last: ${failure.message}` : '';
  if (!spans) return `${waited}: no span of it arrived${problem}`;
  const lines = spans.map(
    ({ service, kind, name, status, spanId, parentSpanId }) =>
      `  ${service}  ${kind}  ${name}${status === 'ERROR' ? '  ERROR' : ''}  ${spanId} < ${parentSpanId ?? 'root'}`,
  );
  return `${waited}${problem}. Its ${spans.length} spans:\n${lines.join('\n')}`;
}
