import { describe, expect, it } from 'vitest';
import { addTerms, hasTerm, searchTerm } from './search-term.js';

describe('search terms', () => {
  it('tell a key from its value', () => {
    const terms = [searchTerm('ab', 'c'), searchTerm('a', 'bc'), searchTerm('abc', ''), searchTerm('', 'abc')];
    expect(new Set(terms).size).toBe(4);
  });

  it('are found in a sorted set, and only those', () => {
    const all = Array.from({ length: 200 }, (_, index) => searchTerm('key', String(index)));
    let terms: Uint32Array = new Uint32Array();
    for (let first = 0; first < 100; first += 10) terms = addTerms(terms, all.slice(first, first + 10));
    expect(all.map((term) => hasTerm(terms, term))).toEqual(all.map((_, index) => index < 100));
    expect(terms).toHaveLength(100);
  });

  it('are added once', () => {
    const terms = addTerms(new Uint32Array(), [3, 1, 3]);
    expect([...terms]).toEqual([1, 3]);
    expect(addTerms(terms, [1, 3])).toBe(terms);
  });
});
