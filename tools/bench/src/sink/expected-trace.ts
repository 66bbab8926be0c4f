import { SUBMISSION_CONTRACTS, type ExpectedSpan } from '@epro/trace-contract';
import type { Variant } from '../variants.js';
import type { TraceExpectation } from './trace-book.js';

/** What the trace of an accepted submission must be with this variant. */
export function expectedTrace({ trace }: Variant, services: readonly string[]): TraceExpectation {
  return trace === 'contract' ? { services, spans: countSpans(SUBMISSION_CONTRACTS.accepted.root) } : { services };
}

/** How many spans are missing, by the size that all traces must have, or else that most of them have. */
export function missingSpans(sizes: Readonly<Record<number, number>>, { spans }: TraceExpectation): number {
  const counts = Object.entries(sizes).map(([size, count]) => ({ size: Number(size), count }));
  const usual = counts.toSorted((a, b) => b.count - a.count)[0]?.size ?? 0;
  const expected = spans ?? usual;
  return counts.reduce((sum, { size, count }) => sum + Math.max(0, expected - size) * count, 0);
}

function countSpans({ children = [] }: ExpectedSpan): number {
  return 1 + children.reduce((sum, child) => sum + countSpans(child), 0);
}
