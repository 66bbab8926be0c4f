import { exampleValue } from './attribute-rule.js';
import { statusesOf } from './check-span.js';
import { namesOf } from './span-ref.js';
import type { ExpectedSpan, TraceContract } from './trace-contract.js';
import type { AttributeValue, SpanLink, TraceSpan } from './trace-span.js';

export interface ExampleOptions {
  /** 32 lower-case hex digits. */
  readonly traceId?: string;
  /** Unix time in nanoseconds of the root's start. */
  readonly startTime?: bigint;
  /** With the spans that may as well be absent; `true` if not given. */
  readonly withOptional?: boolean;
}

const MILLISECOND = 1_000_000n;

/** A trace that is exactly what the contract asks for, the same one each time: for tests, and to show the contract. */
export function exampleTrace({ root, rules }: TraceContract, options: ExampleOptions = {}): TraceSpan[] {
  const {
    traceId = '4bf92f3577b34da6a3ce929d0e0e4736',
    startTime = 1_790_000_000_000_000_000n,
    withOptional = true,
  } = options;
  const spans: TraceSpan[] = [];
  let clock = startTime;
  const add = (expected: ExpectedSpan, parentSpanId?: string): void => {
    const at = spans.length;
    const spanId = (at + 1).toString(16).padStart(16, '0');
    const start = (clock += MILLISECOND);
    const rest = { ...rules.everywhere, ...expected.attributes };
    spans.push(placeholder(expected, traceId, spanId, start));
    for (const child of expected.children ?? []) if (withOptional || child.occurs !== 'optional') add(child, spanId);
    spans[at] = {
      ...placeholder(expected, traceId, spanId, start),
      ...(parentSpanId && { parentSpanId }),
      endTime: (clock += MILLISECOND),
      attributes: examples(rest),
      links: (expected.links ?? []).map(({ to, attributes = {} }): SpanLink => ({
        traceId: to === 'this-trace' ? traceId : traceId.replaceAll(/./g, 'a'),
        spanId: 'a'.repeat(16),
        attributes: examples(attributes),
      })),
    };
  };
  add(root);
  return spans;
}

function placeholder(expected: ExpectedSpan, traceId: string, spanId: string, startTime: bigint): TraceSpan {
  const { service, kind } = expected;
  return {
    traceId,
    spanId,
    service,
    name: namesOf(expected)[0] ?? '',
    kind,
    status: statusesOf(expected)[0] ?? 'UNSET',
    startTime,
    endTime: startTime,
    attributes: {},
    resource: {},
    events: [],
    links: [],
  };
}

function examples(rules: TraceContract['rules']['everywhere']): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(rules).map(([attribute, rule]) => [attribute, exampleValue(attribute, rule)]),
  );
}
