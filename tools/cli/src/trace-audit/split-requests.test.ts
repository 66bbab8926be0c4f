import { exampleTrace, SUBMISSION_CONTRACTS, type TraceSpan } from '@epro/trace-contract';
import { describe, expect, it } from 'vitest';
import { splitRequests } from './split-requests.js';

const { accepted, rejected } = SUBMISSION_CONTRACTS;

/** Two requests of one trace, as two calls with the same `traceparent` make. */
function twoRequests(): [TraceSpan[], TraceSpan[]] {
  const caller = 'c'.repeat(16);
  const one = exampleTrace(accepted);
  const startTime = (one[0]?.endTime ?? 0n) + 1_000_000n;
  const other = exampleTrace(rejected, { startTime }).map((span) => ({
    ...span,
    spanId: `b${span.spanId.slice(1)}`,
    parentSpanId: span.parentSpanId && `b${span.parentSpanId.slice(1)}`,
    attributes: { ...span.attributes, 'request.id': 'other' },
  }));
  const called = (spans: TraceSpan[]) => spans.map((span) => ({ ...span, parentSpanId: span.parentSpanId ?? caller }));
  return [called(one), called(other)];
}

describe('splitRequests', () => {
  it('leaves the trace of one request as it is, and one without a request too', () => {
    const trace = exampleTrace(accepted);
    expect(splitRequests(trace)).toEqual([trace]);
    expect(splitRequests(trace.slice(5))).toEqual([trace.slice(5)]);
    expect(splitRequests([])).toEqual([[]]);
  });

  it('gives each request the spans below it', () => {
    const [one, other] = twoRequests();
    expect(splitRequests([...other, ...one])).toEqual([one, other]);
  });

  it('gives a span whose parent is missing to the request with its id', () => {
    const [one, other] = twoRequests();
    // Its parent, a CLIENT span of the gateway, was never exported.
    const lost = other.find(({ service }) => service === 'epro-auth')?.parentSpanId;
    const rest = other.filter(({ spanId }) => spanId !== lost);
    expect(splitRequests([...one, ...rest])).toEqual([one, rest]);
  });

  it('gives a span without an id to the latest request that had begun', () => {
    const [one, other] = twoRequests();
    const stray = { ...one[3]!, spanId: 'd'.repeat(16), parentSpanId: 'e'.repeat(16), attributes: {} };
    expect(splitRequests([...one, ...other, stray])[0]).toContain(stray);
    const later = { ...stray, startTime: other[0]!.startTime + 1n };
    expect(splitRequests([...one, ...other, later])[1]).toContain(later);
  });

  it('takes a request that was delivered twice for one', () => {
    const trace = exampleTrace(accepted);
    expect(splitRequests([...trace, trace[0]!])).toHaveLength(1);
    const [one, other] = twoRequests();
    expect(splitRequests([...one, ...other, one[0]!]).map(({ length }) => length)).toEqual([
      one.length + 1,
      other.length,
    ]);
  });

  it('ends with spans that are each other’s parents', () => {
    const [one, other] = twoRequests();
    const circle = [
      { ...one[1]!, spanId: 'd'.repeat(16), parentSpanId: 'e'.repeat(16) },
      { ...one[1]!, spanId: 'e'.repeat(16), parentSpanId: 'd'.repeat(16) },
    ];
    expect(splitRequests([...one, ...other, ...circle]).flat()).toHaveLength(one.length + other.length + 2);
  });
});
