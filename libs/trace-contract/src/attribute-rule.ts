import type { AttributeRule } from './trace-contract.js';
import type { AttributeValue } from './trace-span.js';

/** Whether a value is what the rule asks for. */
export function fulfils(value: AttributeValue, rule: AttributeRule): boolean {
  if (rule === 'present') return true;
  if ('equals' in rule) return isSame(value, rule.equals);
  if ('oneOf' in rule) return rule.oneOf.some((each) => isSame(value, each));
  if ('matches' in rule) return typeof value === 'string' && new RegExp(rule.matches).test(value);
  return typeof value === rule.type;
}

export function isSame(one: AttributeValue, other: AttributeValue): boolean {
  return one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));
}

/** A value that the rule accepts, the same one each time. */
export function exampleValue(attribute: string, rule: AttributeRule): AttributeValue {
  if (rule === 'present') return `a-${attribute}`;
  if ('equals' in rule) return rule.equals;
  if ('oneOf' in rule) return rule.oneOf[0] ?? '';
  if ('matches' in rule) return rule.example;
  return { string: `a-${attribute}`, number: 42, boolean: true }[rule.type];
}

/** `must be "grpc"`, for a sentence that has named the attribute. */
export function describeRule(rule: AttributeRule): string {
  if (rule === 'present') return 'must be there';
  if ('equals' in rule) return `must be ${JSON.stringify(rule.equals)}`;
  if ('oneOf' in rule) return `must be one of ${rule.oneOf.map((value) => JSON.stringify(value)).join(', ')}`;
  if ('matches' in rule) return `must match /${rule.matches}/, like ${JSON.stringify(rule.example)}`;
  return `must be a ${rule.type}`;
}

/** Whether an attribute is on a list of names, in which a `*` at the end stands for any rest. */
export function isListed(attribute: string, list: readonly string[]): boolean {
  return list.some((entry) => (entry.endsWith('*') ? attribute.startsWith(entry.slice(0, -1)) : attribute === entry));
}
