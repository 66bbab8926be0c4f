import type { Attributes } from '@opentelemetry/api';
import { isIdentifier } from '../context/business-fields.js';
import { recordablePath } from '../http/url-path.js';
import { privateFrames } from './private-frames.js';
import { sanitizeSql } from './sanitize-sql.js';

/**
 * What may leave of an attribute's value: the value itself, what is put in its place, or `undefined` for nothing.
 *
 * @param attributes all of them, for a value that only makes sense with another
 */
export type ValueRule = (value: unknown, attributes: Attributes) => PlainValue | undefined;

/** No objects: what is in them nobody has listed. */
type PlainValue = string | number | boolean | string[];

/** Letters, digits and `. _ : / | -`, as every identifier of this system. */
export function identifier(maxLength = 128): ValueRule {
  return remembering((value) => value.length <= maxLength && isIdentifier(value));
}

/** An identifier, or a list of them. */
export function identifiers(maxLength = 128): ValueRule {
  const one = identifier(maxLength);
  return (value, attributes) => {
    if (!Array.isArray(value)) return one(value, attributes);
    return value.every((each) => one(each, attributes) !== undefined) ? (value as string[]) : undefined;
  };
}

/** One of a few texts; anything else is replaced by `otherwise`, or left out. */
export function oneOf(values: readonly string[], otherwise?: string): ValueRule {
  const allowed = new Set<unknown>(values);
  return (value) => (allowed.has(value) ? (value as string) : otherwise);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function uuid(): ValueRule {
  return remembering((value) => UUID.test(value));
}

/** A count, a size, a code. */
export const number: ValueRule = (value) => (typeof value === 'number' ? value : undefined);

export const boolean: ValueRule = (value) => (typeof value === 'boolean' ? value : undefined);

const HOST = /^[A-Za-z0-9._:[\]%-]{1,255}$/;

/** A host name or an IP address. */
export function host(): ValueRule {
  return remembering((value) => HOST.test(value));
}

const TEMPLATE = /^[A-Za-z0-9 ._:/|*+(){}?$-]{1,255}$/;

/** What a program's source says, and no request: a route's template, a summary of a statement. */
export function template(): ValueRule {
  return remembering((value) => TEMPLATE.test(value));
}

/** The name of an error's class or code; `_OTHER`, as the semantic conventions say, for what can be neither. */
export function errorName(): ValueRule {
  const name = identifier();
  return (value, attributes) => name(value, attributes) ?? '_OTHER';
}

/** A path that shows no more than its route does: see {@link recordablePath}. */
export function urlPath(): ValueRule {
  const templateOf = template();
  return (value, attributes) => {
    const given = attributes['http.route'];
    const route = given === undefined ? undefined : templateOf(given, attributes);
    if (typeof value !== 'string' || (given !== undefined && route === undefined)) return undefined;
    return value === route ? value : recordablePath(route as string | undefined, value);
  };
}

/** SQL without a literal in it. Of other query languages nothing is known, and nothing leaves. */
export const sqlText: ValueRule = (value, attributes) =>
  typeof value === 'string' && attributes['db.system.name'] === 'postgresql' ? sanitizeSql(value) : undefined;

/** The frames of a stack, and nothing of the message above them. */
export const stackTrace: ValueRule = (value, attributes) => {
  if (typeof value !== 'string') return undefined;
  const message = attributes['exception.message'];
  return privateFrames(value, typeof message === 'string' ? message : '');
};

/** As many requests as are under way at once, more or less. */
const MAX_REMEMBERED = 64;

/** Spans of one request follow each other and have much in common: what was good is seldom looked at again. */
function remembering(isAllowed: (value: string) => boolean): ValueRule {
  const good = new Set<unknown>();
  return (value) => {
    if (good.has(value)) return value as string;
    if (typeof value !== 'string' || !isAllowed(value)) return undefined;
    if (good.size === MAX_REMEMBERED) good.clear();
    good.add(value);
    return value;
  };
}
