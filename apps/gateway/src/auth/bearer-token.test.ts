import { expect, it } from 'vitest';
import { bearerToken } from './bearer-token.js';

it.each([
  ['Bearer abc.def-_~+/==', 'abc.def-_~+/=='],
  ['bearer  abc ', 'abc'],
  [undefined, undefined],
  ['', undefined],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
  ['Bearer a,b', undefined],
  ['Basic abc', undefined],
  ['Bearerabc', undefined],
])('%j holds %j', (header, token) => {
  expect(bearerToken(header)).toBe(token);
});
