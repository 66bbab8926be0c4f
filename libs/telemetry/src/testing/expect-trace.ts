import {
  checkTrace,
  describeViolation,
  formatTraceTree,
  type TraceContract,
  type TraceSpan,
} from '@epro/trace-contract';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { askUntilContent } from './ask-until-content.js';
import { contractOf, SpanTree } from './expected-span.js';
import { describeOpenSpan } from './expect-no-open-spans.js';

/** Where spans arrive while a test runs. */
export interface TraceSource {
  /** All that have ended since the start or the last reset. */
  traceSpans(): readonly TraceSpan[];
  /** Those that have not; absent where nobody can know. */
  openSpans?(): readonly ReadableSpan[];
}

export interface TraceExpectationOptions {
  /** Look at this trace only. If not given, at all spans there are: what fell out of the trace is then seen too. */
  readonly traceId?: string;
  /** How long the last spans may take to end and to arrive, in ms; 5000 if not given. */
  readonly timeoutMs?: number;
}

export interface TraceExpectation {
  /**
   * Resolves with the spans as soon as they are exactly what is expected, and none of them is still open.
   *
   * @throws Error that says in a sentence each what is wrong, and shows the trace that there is
   */
  toMatch(expected: SpanTree | TraceContract): Promise<readonly TraceSpan[]>;
}

const DEFAULT_TIMEOUT_MS = 5000;

/**
 * Holds a trace to what it should be: `await expectTrace(telemetry).toMatch(span.server('GET /visits'))`. Needs no
 * test framework. Spans that are given as a list are looked at once, those of a source until its time is up.
 */
export function expectTrace(
  source: TraceSource | readonly TraceSpan[],
  { traceId, timeoutMs = DEFAULT_TIMEOUT_MS }: TraceExpectationOptions = {},
): TraceExpectation {
  const isList = (given: typeof source): given is readonly TraceSpan[] => Array.isArray(given);
  const isMeant = (span: { traceId: string }) => traceId === undefined || span.traceId === traceId;
  const spansNow = () => (isList(source) ? source : source.traceSpans()).filter(isMeant);
  const openNow = () =>
    (isList(source) ? [] : (source.openSpans?.() ?? [])).filter((each) => isMeant(each.spanContext()));
  return {
    async toMatch(expected) {
      const contract = expected instanceof SpanTree ? contractOf(expected) : expected;
      let spans: readonly TraceSpan[] = [];
      const complaints = () => {
        spans = spansNow();
        return [...checkTrace(spans, contract).map(describeViolation), ...openNow().map(describeOpenSpan)];
      };
      const left = await askUntilContent(complaints, isList(source) ? 0 : timeoutMs);
      if (left.length > 0) throw new Error(messageOf(contract, left, spans));
      return spans;
    },
  };
}

function messageOf({ title }: TraceContract, complaints: readonly string[], spans: readonly TraceSpan[]): string {
  const list = complaints.map((complaint) => `  - ${complaint}`);
  return [`This is not ${title}:`, ...list, 'What was recorded:', formatTraceTree(spans)].join('\n');
}
