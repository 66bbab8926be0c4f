import { expect, it } from 'vitest';
import { orderOfPass } from './order-of-pass.js';

it('lets each begin in turn, and goes back and forth', () => {
  const orders = [0, 1, 2, 3, 4, 5, 6].map((pass) => orderOfPass(['a', 'b', 'c'], pass).join(''));
  expect(orders).toEqual(['abc', 'cba', 'bca', 'acb', 'cab', 'bac', 'abc']);
});

it('lets none always come after the same one', () => {
  const items = ['a', 'b', 'c', 'd', 'e'];
  const sequence = Array.from({ length: 10 }, (_, pass) => orderOfPass(items, pass)).flat();
  const before = (item: string) => new Set(sequence.filter((_, index) => sequence[index + 1] === item));
  for (const item of items) expect(before(item).size).toBeGreaterThan(1);
});
