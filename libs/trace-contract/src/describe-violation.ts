import { describeRule } from './attribute-rule.js';
import type { MisparentedSpan, MissingSpan, SpanRef, UnexpectedSpan, Violation } from './violation.js';

/** A violation as one sentence for a person: what is wrong, where, and what it means where that is known. */
export function describeViolation(violation: Violation): string {
  const v = violation;
  switch (v.type) {
    case 'missing':
      return describeMissing(v);
    case 'unexpected':
      return describeUnexpected(v);
    case 'orphaned':
      return `${subject(v.span)} names ${v.parentSpanId} as its parent, which is not in the trace${
        v.expectedParent ? `; it should hang below ${called(v.expectedParent)}` : ''
      }: an orphan, either its context was mixed up or its parent was never exported.`;
    case 'mis-parented':
      return describeMisparented(v);
    case 'wrong-name':
      return `${subject(v.span)} should be named ${v.expected.join(' or ')}.`;
    case 'wrong-service':
      return `${subject(v.span)} should be recorded by ${v.expected}.`;
    case 'wrong-kind':
      return `${subject(v.span)} should be of kind ${v.expected}.`;
    case 'wrong-status':
      return `${subject(v.span)} has status ${v.actual} and should have ${v.expected.join(' or ')}.`;
    case 'missing-attribute':
      return `${subject(v.span)} has no attribute ${v.attribute}, which ${describeRule(v.rule)}.`;
    case 'wrong-attribute':
      return `${subject(v.span)} has ${v.attribute} ${JSON.stringify(v.actual)}, which ${describeRule(v.rule)}.`;
    case 'inconsistent-attribute':
      return `${subject(v.span)} has ${v.attribute} ${JSON.stringify(v.actual)} in a trace of ${JSON.stringify(v.expected)}: it is another request's, or ran in another request's context.`;
    case 'forbidden-attribute':
      return `${subject(v.span)} has the forbidden attribute ${v.attribute}${v.on === 'span' ? '' : ` on ${v.on === 'event' ? 'an event' : 'a link'}`}: such values must never leave the process.`;
    case 'forbidden-text':
      return `${subject(v.span)} holds ${v.what} in ${WHERE[v.on]}${v.attribute}: such values must never leave the process.`;
    case 'duplicated':
      return v.sameId
        ? `${subject(v.span)} is in the trace more than once, with one id: it was exported or delivered twice.`
        : `${subject(v.span)} is there twice: the operation was repeated, or two instrumentations record it.`;
    case 'other-trace':
      return `${subject(v.span)}${andMore(v.alsoThere, 'below it')} is in trace ${v.traceId} and should be in ${v.expectedTraceId}: the trace breaks in two here.`;
    case 'id-in-name':
      return `${subject(v.span)} has what looks like an id in its name: put it into an attribute.`;
    case 'outside-parent':
      return `${subject(v.span)} ${v.edge === 'start' ? 'starts before' : 'ends after'} its parent ${called(v.parent)}, by ${v.byMs.toFixed(1)} ms: the clocks differ, a span is ended at the wrong moment, or nobody waits for it.`;
    case 'missing-link':
      return `${subject(v.span)} has no link to ${v.expected.to === 'this-trace' ? 'a span of this trace' : 'a span of another trace'}.`;
  }
}

function describeMissing({ expected, expectedParent, alsoMissing, orphans }: MissingSpan): string {
  const place = expectedParent ? ` below ${relation(expected, expectedParent)}` : '';
  const what = `${subject(expected)}${andMore(alsoMissing, 'below it')} is missing${place}`;
  if (orphans.length > 0) {
    const left = orphans.map(called).join(', ');
    return `${what}, and has left orphans: ${left}: it was never exported, or not ended.`;
  }
  if (expected.kind === 'SERVER' && expectedParent?.kind === 'CLIENT')
    return `${what}: the context was lost on this hop, or the span was never exported.`;
  return `${what}: it was not recorded, never exported, or what it stands for did not happen.`;
}

function describeUnexpected({ span, parent, orphaned, alsoUnexpected }: UnexpectedSpan): string {
  const place = parent
    ? `below ${called(parent)}`
    : orphaned
      ? 'as an orphan whose parent is not in the trace'
      : 'at the top of the trace';
  return `${subject(span)}${andMore(alsoUnexpected, 'below it')} is not expected ${place}.`;
}

function describeMisparented({ span, actualParent, expectedParent }: MisparentedSpan): string {
  if (!actualParent) {
    const due = expectedParent ? `; it should hang below ${called(expectedParent)}` : '';
    return `${subject(span)} has no parent and starts a tree of its own${due}: the context was lost on this hop.`;
  }
  const due = expectedParent ? `should hang below ${called(expectedParent)}` : 'should have no parent here';
  return `${subject(span)} hangs below ${called(actualParent)} and ${due}.`;
}

function subject({ service, kind, name }: SpanRef): string {
  return `${service}: the ${kind} span ${name}`;
}

function called({ service, kind, name }: SpanRef): string {
  return `${service}'s ${kind} span ${name}`;
}

/** On a hop both spans have one name, so naming the other would say nothing. */
function relation(expected: SpanRef, parent: SpanRef): string {
  if (parent.name === expected.name) return `the caller's ${parent.kind} span`;
  return parent.service === expected.service ? `its ${parent.kind} span ${parent.name}` : called(parent);
}

function andMore(count: number, where: string): string {
  return count === 0 ? '' : ` (with ${count} ${count === 1 ? 'span' : 'spans'} ${where})`;
}

const WHERE = { span: '', event: "an event's ", link: "a link's ", status: 'its ' } as const;
