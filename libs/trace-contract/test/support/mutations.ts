import type { ExpectedSpan, TraceContract, TraceSpan, Violation } from '../../src/index.js';

/** One fault put into a good trace, and all that is to be said about it. */
export interface Mutation {
  readonly name: string;
  readonly spans: readonly TraceSpan[];
  /** The types of the violations, and of each the span that it is about. */
  readonly expected: readonly (readonly [type: Violation['type'], spanName: string | undefined])[];
}

const OTHER_TRACE = 'f'.repeat(32);
const UNKNOWN_SPAN = 'e'.repeat(16);

/** Every fault that can be put into each span of a trace that fulfils the contract. */
export function mutationsOf({ root, rules }: TraceContract, trace: readonly TraceSpan[]): Mutation[] {
  const expectations = flatten(root);
  return trace.flatMap((span, at) => {
    const expected = expectations[at]!;
    const isOptional = expected.occurs === 'optional';
    const parent = trace.find(({ spanId }) => spanId === span.parentSpanId);
    const below = descendants(trace, span);
    const change = (changes: Partial<TraceSpan>) =>
      trace.map((each) => (each === span ? { ...span, ...changes } : each));
    const about = (type: Violation['type'], name = span.name) => [[type, name] as const];
    const mutations: Mutation[] = [];
    const add = (name: string, spans: readonly TraceSpan[], violations: Mutation['expected']) =>
      mutations.push({ name: `${name} ${span.kind} ${span.name} of ${span.service}`, spans, expected: violations });

    const without = trace.filter((each) => each !== span);
    const isRequiredTree = !isOptional || below.length > 0;
    if (without.length > 0) add('remove', without, isRequiredTree ? about('missing') : []);
    const pruned = trace.filter((each) => each !== span && !below.includes(each));
    if (parent && below.length > 0) add('prune', pruned, isOptional ? [] : about('missing'));

    if (!isOptional) {
      add('rename', change({ name: 'renamed' }), about('wrong-name', 'renamed'));
      add('name by id', change({ name: `${span.name} 7b1e4d1c-0c53-4a1e-9d3c-2f8f0d3b6a11` }), [
        ['wrong-name', `${span.name} 7b1e4d1c-0c53-4a1e-9d3c-2f8f0d3b6a11`],
      ]);
    }
    add('change the kind of', change({ kind: 'CONSUMER' }), about('wrong-kind'));
    add('change the service of', change({ service: 'epro-stranger' }), about('wrong-service'));
    const statuses: readonly string[] = typeof expected.status === 'string' ? [expected.status] : expected.status;
    for (const status of (['UNSET', 'OK', 'ERROR'] as const).filter((each) => !statuses.includes(each)))
      add(`make ${status}`, change({ status }), about('wrong-status'));

    for (const attribute of Object.keys({ ...rules.everywhere, ...expected.attributes })) {
      const { [attribute]: _, ...rest } = span.attributes;
      add(`drop ${attribute} of`, change({ attributes: rest }), about('missing-attribute'));
    }
    for (const [attribute, rule] of Object.entries(expected.attributes ?? {})) {
      if (rule === 'present' || ('type' in rule && rule.type === 'string')) continue;
      add(`spoil ${attribute} of`, change({ attributes: { ...span.attributes, [attribute]: 'spoilt' } }), [
        ['wrong-attribute', span.name],
      ]);
    }
    for (const entry of rules.forbidden) {
      const attribute = entry.replace('*', 'answer');
      const forbidden = { [attribute]: 'secret' };
      add(
        `put ${attribute} on`,
        change({ attributes: { ...span.attributes, ...forbidden } }),
        about('forbidden-attribute'),
      );
      const event = { name: 'exception', time: span.startTime, attributes: forbidden };
      add(`put ${attribute} on an event of`, change({ events: [event] }), about('forbidden-attribute'));
    }
    for (const { what, example } of rules.forbiddenTexts) {
      const text = { 'a.note': `see ${example}` };
      add(`put ${what} on`, change({ attributes: { ...span.attributes, ...text } }), about('forbidden-text'));
      const event = { name: 'noted', time: span.startTime, attributes: text };
      add(`put ${what} on an event of`, change({ events: [event] }), about('forbidden-text'));
      add(`put ${what} in the status of`, change({ statusMessage: `see ${example}` }), about('forbidden-text'));
    }

    const extra: TraceSpan = {
      ...span,
      name: 'extra',
      spanId: UNKNOWN_SPAN,
      parentSpanId: span.spanId,
      kind: 'INTERNAL',
      startTime: span.startTime,
      endTime: span.startTime,
    };
    add('add a span below', [...trace, extra], about('unexpected', 'extra'));
    add('deliver twice', [...trace, span], about('duplicated'));
    if (parent) {
      add('repeat', [...trace, { ...span, spanId: UNKNOWN_SPAN }], about('duplicated'));
      add('orphan', change({ parentSpanId: UNKNOWN_SPAN }), about('orphaned'));
      add('unhook', change({ parentSpanId: undefined }), about('mis-parented'));
      for (const other of trace.filter((each) => each !== span && each !== parent && !below.includes(each)))
        add(`hang below ${other.service} ${other.name}`, change({ parentSpanId: other.spanId }), about('mis-parented'));
      const split = trace.map((each) =>
        each === span || below.includes(each) ? { ...each, traceId: OTHER_TRACE } : each,
      );
      add('split into a second trace at', split, about('other-trace'));
      const restarted = split.map((each) =>
        each.spanId === span.spanId ? { ...each, parentSpanId: undefined } : each,
      );
      add('start a second trace at', restarted, about('other-trace'));
      add('start too early', change({ startTime: parent.startTime - 200_000_000n }), about('outside-parent'));
      if (!expected.outlivesParent)
        add('end too late', change({ endTime: parent.endTime + 200_000_000n }), about('outside-parent'));
    } else {
      add('continue a caller at', change({ parentSpanId: UNKNOWN_SPAN }), []);
    }
    for (const attribute of rules.consistent.filter((each) => span.attributes[each] !== undefined && parent))
      add(
        `mix up ${attribute} of`,
        change({ attributes: { ...span.attributes, [attribute]: 'another' } }),
        about('inconsistent-attribute'),
      );
    return mutations;
  });
}

/** In the order in which an example trace lists them. */
function flatten(expected: ExpectedSpan): ExpectedSpan[] {
  return [expected, ...(expected.children ?? []).flatMap(flatten)];
}

function descendants(trace: readonly TraceSpan[], span: TraceSpan): TraceSpan[] {
  const children = trace.filter(({ parentSpanId }) => parentSpanId === span.spanId);
  return [...children, ...children.flatMap((child) => descendants(trace, child))];
}
