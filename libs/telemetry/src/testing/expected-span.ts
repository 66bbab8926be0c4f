import {
  PLATFORM_RULES,
  type AttributeRule,
  type AttributeValue,
  type ExpectedSpan,
  type SpanKind,
  type TraceContract,
  type TraceRules,
} from '@epro/trace-contract';

/** A value, a pattern for one, the text `present` for any, or another rule of a trace contract. */
export type AttributeExpectation = AttributeValue | RegExp | Exclude<AttributeRule, string>;

/** What is said of a span beside its kind, its name and the spans below it. */
export interface SpanExpectation extends Partial<Omit<ExpectedSpan, 'name' | 'kind' | 'attributes' | 'children'>> {
  /** `service.name` of the process that records it. If not given, that of the span above; of the topmost, `test`. */
  readonly service?: string;
  /** If not given, `UNSET`. */
  readonly status?: ExpectedSpan['status'];
  /** Attributes that it must have. It may have more. */
  readonly attributes?: Readonly<Record<string, AttributeExpectation>>;
}

/** A span and those that must be directly below it, and no others. Made by {@link span}. */
export class SpanTree {
  constructor(
    private readonly kind: SpanKind,
    private readonly name: string | readonly string[],
    private readonly expectation: SpanExpectation,
    private readonly children: readonly SpanTree[],
  ) {}

  /** The same for a trace contract. */
  toExpectedSpan(serviceAbove: string): ExpectedSpan {
    const { service = serviceAbove, status = 'UNSET', attributes = {}, ...rest } = this.expectation;
    return {
      ...rest,
      service,
      status,
      name: this.name,
      kind: this.kind,
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, ruleOf(value)])),
      children: this.children.map((child) => child.toExpectedSpan(service)),
    };
  }
}

type Rest = readonly [SpanExpectation | SpanTree, ...SpanTree[]] | readonly [];

const ofKind =
  (kind: SpanKind) =>
  (name: string | readonly string[], ...[first = {}, ...children]: Rest): SpanTree =>
    first instanceof SpanTree
      ? new SpanTree(kind, name, {}, [first, ...children])
      : new SpanTree(kind, name, first, children);

/**
 * How a test writes the trace that it expects: `span.server('POST /visits', span.client('INSERT booking.visit'))`.
 * After the name may follow what else is known of the span: `span.server('…', { status: 'ERROR' }, …)`.
 */
export const span = {
  server: ofKind('SERVER'),
  client: ofKind('CLIENT'),
  internal: ofKind('INTERNAL'),
  producer: ofKind('PRODUCER'),
  consumer: ofKind('CONSUMER'),
} as const;

export const DEFAULT_SERVICE = 'test';

/**
 * An expected trace as a contract. Of the platform's rules, all but the attributes that each span of a whole request
 * has are part of it: nothing private, no id in a name, one tenant and one patient throughout.
 */
export function contractOf(root: SpanTree, rules: Partial<TraceRules> = {}): TraceContract {
  return {
    id: 'expected-by-test',
    title: 'the trace that the test expects',
    root: root.toExpectedSpan(DEFAULT_SERVICE),
    rules: { ...PLATFORM_RULES, everywhere: {}, ...rules },
  };
}

function ruleOf(value: AttributeExpectation): AttributeRule {
  if (value === 'present') return value;
  if (value instanceof RegExp) return { matches: value.source, example: '' };
  return typeof value === 'object' && !Array.isArray(value)
    ? (value as Exclude<AttributeRule, string>)
    : { equals: value as AttributeValue };
}
