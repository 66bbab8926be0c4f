import { exampleTrace, SUBMISSION_CONTRACTS, type TraceSpan } from '@epro/trace-contract';
import { describe, expect, it } from 'vitest';
import { auditReport, share } from './audit-report.js';
import { auditRequest } from './audit-trace.js';

describe('share', () => {
  it.each([
    [1000, 1000, '100.000 %'],
    [999_999, 1_000_000, '99.999 %'],
    [9_999_999, 10_000_000, '99.999 %'],
    [2, 3, '66.666 %'],
    [0, 5, '0.000 %'],
    [0, 0, '0.000 %'],
  ])('%i of %i is %s: never rounded up', (part, whole, text) => {
    expect(share(part, whole)).toBe(text);
  });
});

describe('auditReport', () => {
  const without = (traceId: string, name: string): TraceSpan[] =>
    exampleTrace(SUBMISSION_CONTRACTS.accepted, { traceId }).map((span) =>
      span.name === name ? { ...span, parentSpanId: traceId.slice(16) } : span,
    );
  const verdicts = (count: number, digit: string, name: string) =>
    Array.from({ length: count }, (_, number) => auditRequest(without(`${number}${digit.repeat(31)}`, name)));

  it('tells the same fault of many traces once, without their ids, and the most frequent first', () => {
    const report = auditReport([...verdicts(1, 'a', 'validatePatientData'), ...verdicts(3, 'b', 'saveToDatabase')]);
    expect(report.faults.map(({ traceIds }) => traceIds.length)).toEqual([3, 1]);
    const [three, one] = report.faults.map(({ faults }) => faults.join());
    expect(three).toContain('saveToDatabase');
    expect(three).not.toContain('b'.repeat(16));
    expect(one).toContain('a'.repeat(16));
  });
});
