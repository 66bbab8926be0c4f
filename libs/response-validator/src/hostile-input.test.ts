import { expect, it } from 'vitest';
import { diary, issuesOf, phq9 } from './testing/fixtures.js';

/** Small numbers that look random and are the same on every run. */
function createRandom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const JUNK: unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x',
  [],
  {},
  [[]],
  [null],
  [{}],
  { item: 1 },
  { answer: {} },
  { linkId: {} },
];

it('finds something to say about a damaged response and never throws', () => {
  const random = createRandom(7);
  const damage = (value: unknown): unknown => {
    if (random(6) === 0) return JUNK[random(JUNK.length)];
    if (Array.isArray(value)) {
      const chosen = random(value.length);
      return value.map((part: unknown, index) => (index === chosen ? damage(part) : part));
    }
    if (typeof value !== 'object' || value === null) return JUNK[random(JUNK.length)];
    const entries = Object.entries(value);
    const chosen = random(entries.length);
    return Object.fromEntries(
      entries.map(([key, part], index) => [key, index === chosen ? damage(part) : (part as unknown)]),
    );
  };
  let accepted = 0;
  for (let round = 0; round < 3000; round++) {
    const submission = damage(round % 2 ? phq9({ '/44251-7': 2 }) : diary({ note: 'x' }));
    if (issuesOf(submission).length === 0) accepted++;
  }
  // Only damage to what is free anyway, such as a display, goes unnoticed.
  expect(accepted).toBeLessThan(30);
});
