import {
  describeViolation,
  formatTraceTree,
  type TraceContract,
  type TraceSpan,
  type Violation,
} from '@epro/trace-contract';
import type { Terminal } from '../command/terminal.js';

/** A trace as a tree, and whether it is what its contract says. */
export function formatTraceVerdict(
  spans: readonly TraceSpan[],
  contract: TraceContract | undefined,
  violations: readonly Violation[],
  { color, width }: Pick<Terminal, 'color' | 'width'>,
): string {
  const paint = (text: string, code: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  return [formatTraceTree(spans, { color, width }), '', ...verdict()].join('\n');

  function verdict(): string[] {
    if (!contract) return [paint('No contract covers this trace.', '33')];
    const services = new Set(spans.map(({ service }) => service)).size;
    if (violations.length === 0) {
      return [paint(`Complete: ${spans.length} spans in ${services} services, as "${contract.title}" has them.`, '32')];
    }
    return [
      paint(`Not complete, held against "${contract.title}":`, '31'),
      ...violations.map((violation) => `  - ${describeViolation(violation)}`),
    ];
  }
}
