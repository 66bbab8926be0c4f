import { diag } from '@opentelemetry/api';
import { isIdentifier } from '../context/business-fields.js';

/** What was kept from leaving. */
export type Redaction =
  | 'attribute'
  | 'value'
  | 'event'
  | 'name'
  | 'status_message'
  | 'tracestate'
  | 'resource_attribute'
  | 'log_field'
  | 'log_text';

const counts: Record<Redaction, number> = {
  attribute: 0,
  value: 0,
  event: 0,
  name: 0,
  status_message: 0,
  tracestate: 0,
  resource_attribute: 0,
  log_field: 0,
  log_text: 0,
};

/** Names that come from outside, such as those of headers, must not fill memory or log. */
const MAX_WARNINGS = 100;
const warned = new Set<string>();

/** How often something was kept from leaving this process, since it started. */
export function redactionCounts(): Readonly<Record<Redaction, number>> {
  return counts;
}

export function countRedaction(what: Redaction): void {
  counts[what]++;
}

/**
 * Counts, and tells the developer once by name. Never with the value, and not by a name that may hold one.
 *
 * @param advice what to do about it
 */
export function warnOfRedaction(what: Redaction, name: string, advice: string): void {
  counts[what]++;
  const shown = isIdentifier(name) && !/\d{4}/.test(name) ? name : '(a name that is no identifier)';
  const key = `${what.replaceAll('_', ' ')} ${shown}`;
  if (warned.size >= MAX_WARNINGS || warned.has(key)) return;
  warned.add(key);
  diag.warn(`Privacy: the ${key} does not leave this process. ${advice}`);
}
