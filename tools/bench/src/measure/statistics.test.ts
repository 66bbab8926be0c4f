import { describe, expect, it } from 'vitest';
import { median, percentile, rangeOf } from './statistics.js';

describe('statistics', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[], NaN],
  ])('median of %j is %d', (values, expected) => expect(median(values)).toBe(expected));

  it('percentiles are values that were measured, whatever their order', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([50, 99, 100]);
    expect([0, 0.5, 0.99].map((share) => percentile([7], share))).toEqual([7, 7, 7]);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('ranges', () => expect(rangeOf([2, 1, 3])).toEqual({ min: 1, max: 3 }));
});
