import { describe, expect, it } from 'vitest';
import { formatAge, formatBytes, formatDuration, plural, shortName } from '../../page/format.js';

describe('formatDuration', () => {
  it.each([
    [0n, '0'],
    [1n, '1 ns'],
    [1500n, '1.5 µs'],
    [12_340_000n, '12.3 ms'],
    [870_400_000n, '870 ms'],
    [1_520_000_000n, '1.52 s'],
    [125_000_000_000n, '2 min 5 s'],
  ])('%s ns is %s', (nanos, text) => {
    expect(formatDuration(nanos)).toBe(text);
  });
});

it.each([
  [-500, 'now'],
  [1000, 'now'],
  [59_000, '59 s ago'],
  [61_000, '1 min ago'],
  [7_300_000, '2 h ago'],
  [200_000_000, '2 d ago'],
])('an age of %i ms is %s', (millis, text) => {
  expect(formatAge(millis)).toBe(text);
});

it.each([
  ['epro.auth.v1.AuthService/VerifyToken', 'AuthService/VerifyToken'],
  ['POST /api/v1/submissions', 'POST /api/v1/submissions'],
  ['saveToDatabase', 'saveToDatabase'],
])('%s is shown as %s', (name, short) => {
  expect(shortName(name)).toBe(short);
});

it('counts in words', () => {
  expect([plural(1, 'span'), plural(2, 'span'), formatBytes(193_000)]).toEqual(['1 span', '2 spans', '193 kB']);
});
