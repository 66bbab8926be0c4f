import { BadQueryError } from './bad-query.error.js';

const UNIT_NANOS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/**
 * Reads a duration as Go writes it: `10ms`, `1.5s`, `1h2m`, `-5us`, `0`.
 *
 * @returns nanoseconds
 * @throws BadQueryError
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function parseGoDuration(text: string): bigint {
  const [, sign, rest] = /^([+-]?)(.*)$/s.exec(text)!;
  if (rest === '0') return 0n;
  let nanos = 0;
  let read = 0;
  for (const [part, amount, unit] of rest!.matchAll(/((?:\d+\.?\d*|\.\d+))([^\d.]*)/g)) {
    if (unit === '') throw new BadQueryError(`time: missing unit in duration ${JSON.stringify(text)}`);
    const size = UNIT_NANOS[unit!];
    if (size === undefined)
      throw new BadQueryError(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    nanos += Number(amount) * size;
    read += part.length;
  }
  if (read === 0 || read !== rest!.length || !Number.isSafeInteger(Math.round(nanos)))
    throw new BadQueryError(`time: invalid duration ${JSON.stringify(text)}`);
  const magnitude = BigInt(Math.round(nanos));
  return sign === '-' ? -magnitude : magnitude;
}
