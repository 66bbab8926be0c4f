import { describe, expect, it } from 'vitest';
import { parseGoDuration } from './go-duration.js';

describe('parseGoDuration', () => {
  it.each([
    ['10ms', 10_000_000n],
    ['1.5s', 1_500_000_000n],
    ['.5us', 500n],
    ['7µs', 7000n],
    ['1h2m3s', 3_723_000_000_000n],
    ['300ns', 300n],
    ['-5ms', -5_000_000n],
    ['+1s', 1_000_000_000n],
    ['0', 0n],
  ])('reads %s', (text, nanos) => {
    expect(parseGoDuration(text)).toBe(nanos);
  });

  it.each([
    ['10', 'time: missing unit in duration "10"'],
    ['10x', 'time: unknown unit "x" in duration "10x"'],
    ['', 'time: invalid duration ""'],
    ['ms', 'time: invalid duration "ms"'],
    ['1ms 2s', 'time: unknown unit "ms " in duration "1ms 2s"'],
    ['1e9s', 'time: unknown unit "e" in duration "1e9s"'],
    ['99999999h', 'time: invalid duration "99999999h"'],
  ])('refuses %j as Go does', (text, message) => {
    expect(() => parseGoDuration(text)).toThrow(message);
  });
});
