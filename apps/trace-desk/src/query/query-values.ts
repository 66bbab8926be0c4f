import type { FastifyRequest } from 'fastify';
import { BadQueryError } from './bad-query.error.js';

/** The query string of a request, with repeated parameters. */
export function searchParams(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://query').searchParams;
}

/** @throws BadQueryError */
export function parseInteger(text: string): bigint {
  if (!/^[+-]?\d{1,18}$/.test(text))
    throw new BadQueryError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return BigInt(text);
}

/** As Go reads a boolean. @throws BadQueryError */
export function parseBoolean(text: string): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  throw new BadQueryError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/**
 * Reads `{"key":"value"}`. Numbers and booleans stand for their text, which people who write such a parameter by hand mean.
 *
 * @throws BadQueryError
 */
export function parseAttributes(text: string): Map<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new BadQueryError('cannot unmarshal JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new BadQueryError('cannot unmarshal JSON: it is not an object');
  return new Map(
    Object.entries(parsed).map(([key, value]: [string, unknown]) => {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        return [key, String(value)];
      throw new BadQueryError('cannot unmarshal JSON: a value is not a string');
    }),
  );
}

/** Runs a parser and puts the context that Jaeger names before what it says. @throws BadQueryError */
export function inContext<Result>(prefix: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (error instanceof BadQueryError) throw new BadQueryError(`${prefix}: ${error.message}`, { cause: error });
    throw error;
  }
}
