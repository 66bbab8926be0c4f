import { describe, expect, it } from 'vitest';
import { parseRfc3339 } from './rfc3339.js';

describe('parseRfc3339', () => {
  it.each([
    ['2026-11-21T08:00:00Z', 1_795_248_000_000_000_000n],
    ['2026-11-21T08:00:00.5Z', 1_795_248_000_500_000_000n],
    ['2026-11-21T08:00:00.123456789Z', 1_795_248_000_123_456_789n],
    ['2026-11-21T09:00:00.000000001+01:00', 1_795_248_000_000_000_001n],
    ['1970-01-01T00:00:00Z', 0n],
  ])('reads %s to the nanosecond', (text, nanos) => {
    expect(parseRfc3339(text)).toBe(nanos);
  });

  it.each(['', 'x', '2026-11-21', '2026-11-21T08:00:00', '2026-13-21T08:00:00Z', '1795248000000'])(
    'refuses %j',
    (text) => {
      expect(() => parseRfc3339(text)).toThrow('not an RFC 3339 time');
    },
  );
});
