import { BadQueryError } from './bad-query.error.js';

const RFC3339 = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Reads a time with up to nine decimals.
 *
 * @returns Unix nanoseconds
 * @throws BadQueryError
 */
export function parseRfc3339(text: string): bigint {
  const match = RFC3339.exec(text);
  const millis = match ? Date.parse(`${match[1]!.toUpperCase()}${match[3]!.toUpperCase()}`) : Number.NaN;
  if (!match || Number.isNaN(millis))
    throw new BadQueryError(
      `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05.999999999Z07:00": not an RFC 3339 time`,
    );
  return BigInt(millis) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
}
