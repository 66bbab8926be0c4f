const allowed = new Set(['exception']);

export function isAllowedEvent(name: string): boolean {
  return allowed.has(name);
}

/**
 * Declares an event of a span and lets it leave: `export const EVENT_STORED = allowEvent('submission.stored')`. Its
 * attributes are those of the allow-list.
 *
 * @param name constant, in the past tense
 * @returns the name
 */
export function allowEvent<Name extends string>(name: Name): Name {
  allowed.add(name);
  return name;
}
