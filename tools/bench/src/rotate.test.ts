import { expect, it } from 'vitest';
import { rotate } from './rotate.js';

it('lets each begin in turn and keeps the order', () => {
  expect([0, 1, 2, 3].map((by) => rotate(['a', 'b', 'c'], by).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
});
