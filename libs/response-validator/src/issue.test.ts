import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RULE_CATALOGUE } from './index.js';

it('documents every rule in the README, and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = readme.split('\n').filter((line) => line.includes('EPRO-'));
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(cells).toEqual(Object.entries(RULE_CATALOGUE).map(([id, { code, rule }]) => [`\`${id}\``, code, rule]));
});
