import { fulfils, isListed, isSame } from './attribute-rule.js';
import { refOfSpan } from './span-ref.js';
import type { AttributeRule, TraceRules } from './trace-contract.js';
import { TraceIndex } from './trace-index.js';
import type { AttributeValue, TraceSpan } from './trace-span.js';
import type { ForbiddenText, Violation } from './violation.js';

/**
 * Holds a trace to what is true of all traces: for those that no contract covers.
 * Apart from the rules for each span, it must be one tree that begins where traces begin.
 */
export function checkRules(spans: readonly TraceSpan[], rules: TraceRules): Violation[] {
  const index = new TraceIndex(spans);
  const root = index.spans.find((span) => !index.parentOf(span));
  const isEntry = (span: TraceSpan) =>
    span === root &&
    rules.entries.some((entry) => entry.service === span.service && (entry.kind ?? span.kind) === span.kind);
  const beginnings = index.spans.filter((span) => !span.parentSpanId && !isEntry(span));
  // Only a request may continue the trace of a caller that is not recorded here.
  const orphans = index.spans.filter((span) => index.isOrphan(span) && !(isEntry(span) && span.kind === 'SERVER'));
  return [
    ...index.repeated.map((span): Violation => ({ type: 'duplicated', span: refOfSpan(span), sameId: true })),
    ...beginnings.map((span): Violation => ({ type: 'mis-parented', span: refOfSpan(span) })),
    ...orphans.map((span): Violation => ({
      type: 'orphaned',
      span: refOfSpan(span),
      parentSpanId: span.parentSpanId ?? '',
    })),
    ...checkAttributeRules(index.spans, rules, root),
    ...index.spans.flatMap((span) => checkName(span, rules)),
  ];
}

/** What the rules say about the attributes of each span. */
export function checkAttributeRules(
  spans: readonly TraceSpan[],
  rules: TraceRules,
  root: TraceSpan | undefined,
): Violation[] {
  return [
    ...spans.flatMap((span) => checkAttributes(span, rules.everywhere)),
    ...spans.flatMap((span) => checkForbidden(span, rules.forbidden)),
    ...checkTexts(spans, rules),
    ...rules.consistent.flatMap((attribute) => checkConsistent(spans, attribute, root)),
  ];
}

export function checkName(span: TraceSpan, { idInName }: TraceRules): Violation[] {
  return new RegExp(idInName, 'i').test(span.name) ? [{ type: 'id-in-name', span: refOfSpan(span) }] : [];
}

/** What is missing of a span's required attributes, or has another value. */
export function checkAttributes(span: TraceSpan, required: Readonly<Record<string, AttributeRule>>): Violation[] {
  const violations: Violation[] = [];
  for (const [attribute, rule] of Object.entries(required)) {
    const actual = span.attributes[attribute];
    if (actual === undefined) violations.push({ type: 'missing-attribute', span: refOfSpan(span), attribute, rule });
    else if (!fulfils(actual, rule))
      violations.push({ type: 'wrong-attribute', span: refOfSpan(span), attribute, rule, actual });
  }
  return violations;
}

/** Each forbidden attribute of a span, its events and its links. */
export function checkForbidden(span: TraceSpan, forbidden: readonly string[]): Violation[] {
  const on = (where: 'span' | 'event' | 'link', attributes: Readonly<Record<string, AttributeValue>>): Violation[] =>
    Object.keys(attributes)
      .filter((attribute) => isListed(attribute, forbidden))
      .map((attribute) => ({ type: 'forbidden-attribute', span: refOfSpan(span), attribute, on: where }));
  return [
    ...on('span', span.attributes),
    ...span.events.flatMap((event) => on('event', event.attributes)),
    ...span.links.flatMap((link) => on('link', link.attributes)),
  ];
}

/** Whatever holds a forbidden text; what must not be there at all is told already. */
function checkTexts(spans: readonly TraceSpan[], { forbidden, forbiddenTexts }: TraceRules): Violation[] {
  const patterns = forbiddenTexts.map(({ matches, what }) => ({ pattern: new RegExp(matches), what }));
  const heldBy = (value: AttributeValue) =>
    patterns.find(({ pattern }) => [value].flat().some((part) => typeof part === 'string' && pattern.test(part)));
  const check = (span: TraceSpan, on: ForbiddenText['on'], attributes: TraceSpan['attributes']) =>
    Object.entries(attributes).flatMap(([attribute, value]): Violation[] => {
      const held = isListed(attribute, forbidden) ? undefined : heldBy(value);
      return held ? [{ type: 'forbidden-text', span: refOfSpan(span), attribute, on, what: held.what }] : [];
    });
  return spans.flatMap((span) => [
    ...check(span, 'span', span.attributes),
    ...span.events.flatMap((event) => check(span, 'event', event.attributes)),
    ...span.links.flatMap((link) => check(span, 'link', link.attributes)),
    ...(span.statusMessage === undefined ? [] : check(span, 'status', { 'status message': span.statusMessage })),
  ]);
}

function checkConsistent(spans: readonly TraceSpan[], attribute: string, root: TraceSpan | undefined): Violation[] {
  const expected = root?.attributes[attribute] ?? mostCommon(spans, attribute);
  if (expected === undefined) return [];
  return spans.flatMap((span): Violation[] => {
    const actual = span.attributes[attribute];
    if (actual === undefined || isSame(actual, expected)) return [];
    return [{ type: 'inconsistent-attribute', span: refOfSpan(span), attribute, expected, actual }];
  });
}

function mostCommon(spans: readonly TraceSpan[], attribute: string): AttributeValue | undefined {
  const counts = new Map<AttributeValue, number>();
  for (const { attributes } of spans) {
    const value = attributes[attribute];
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}
