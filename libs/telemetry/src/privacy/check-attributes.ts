import type { Attributes } from '@opentelemetry/api';
import { ATTR_EXCEPTION_MESSAGE } from '@opentelemetry/semantic-conventions';
import { ruleOf } from './allowed-attributes.js';
import { countRedaction, warnOfRedaction } from './redactions.js';

/**
 * What may leave of the attributes of a span, event, link, log record or metric: the same object where all of it may,
 * which is nearly always, else a copy of what may.
 */
export function checkAttributes(attributes: Attributes): Attributes {
  return areAllowed(attributes) ? attributes : allowedPart(attributes);
}

/** Whether all of it may leave as it is. Unlike {@link checkAttributes} it counts nothing and warns of nothing. */
export function areAllowed(attributes: Attributes): boolean {
  for (const name in attributes) {
    const value = attributes[name];
    const rule = ruleOf(name);
    if (rule === undefined || rule(value, attributes) !== value) return false;
  }
  return true;
}

function allowedPart(attributes: Attributes): Attributes {
  const part: Attributes = {};
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    const rule = ruleOf(name);
    if (rule === undefined) {
      // Every instrumentation writes one; nobody needs to be told.
      if (name === ATTR_EXCEPTION_MESSAGE) countRedaction('attribute');
      else warnOfRedaction('attribute', name, 'If it holds nothing private, add it with allowAttribute().');
      continue;
    }
    const kept = rule(value, attributes);
    if (kept !== undefined) part[name] = kept;
    if (kept === undefined) warnOfRedaction('value', name, 'It is not what the allow-list says of it.');
    else if (kept !== value) countRedaction('value');
  }
  return part;
}
