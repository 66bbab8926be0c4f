import { describe, expect, it } from 'vitest';
import { InternTable } from './intern-table.js';

describe('InternTable', () => {
  it('keeps one value for a key as long as it is used', () => {
    const table = new InternTable<string>();
    const first = table.acquire('a', 'first');
    expect(table.acquire('a', 'second')).toBe(first);
    expect(table.get(first)).toBe('first');
    table.release(first);
    expect(table.find('a')).toBe('first');
    table.release(first);
    expect(table.find('a')).toBeUndefined();
    expect(() => table.get(first)).toThrow(RangeError);
  });

  it('uses numbers again, so that it does not grow for ever', () => {
    const table = new InternTable<number>();
    const numbers = new Set<number>();
    for (let round = 0; round < 100; round++) {
      const id = table.acquire(String(round), round);
      numbers.add(id);
      table.release(id);
    }
    expect([...numbers]).toEqual([0]);
    expect(table.size).toBe(0);
  });
});
