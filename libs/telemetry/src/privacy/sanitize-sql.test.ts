import { describe, expect, it } from 'vitest';
import { sanitizeSql } from './sanitize-sql.js';

describe('sanitizeSql', () => {
  it.each([
    'SELECT * FROM storage.open_submission($1, $2)',
    'INSERT INTO item (id, note) VALUES ($1, $2) RETURNING id',
    'SELECT "created_at", t1.float8 FROM "auth"."app_user" u1 WHERE u1.id = $12::uuid',
    'BEGIN',
    'WITH s AS (SELECT a FROM b) SELECT * FROM s',
  ])('leaves a parameterised statement as it is: %s', (text) => {
    expect(sanitizeSql(text)).toBe(text);
  });

  it.each([
    ["SELECT * FROM p WHERE name = 'Jane Doe' AND age > 42", 'SELECT * FROM p WHERE name = ? AND age > ?'],
    ["INSERT INTO a VALUES ('it''s Jane', -1.5e-3, $1)", 'INSERT INTO a VALUES (?, -?, $1)'],
    [String.raw`SELECT E'it\'s Jane', e'\\', 'Jane'`, 'SELECT ?, ?, ?'],
    ["SELECT $$it's Jane$$, $tag$Jane $$ Doe$tag$, $1", 'SELECT ?, ?, $1'],
    ["SELECT 'a -- b'\nFROM t WHERE x = 'Jane'", 'SELECT ?\nFROM t WHERE x = ?'],
    ["SELECT 1 -- it's Jane\nFROM t", 'SELECT ?  \nFROM t'],
    ['/* Jane */ SELECT a', '  SELECT a'],
    ["SELECT '/* ' || name || ' */', 'Jane'", 'SELECT ? || name || ?, ?'],
    ['SELECT * FROM t WHERE name = "Jane Doe" LIMIT 10', 'SELECT * FROM t WHERE name = ? LIMIT ?'],
    ['SELECT .5, 0x1F, 1_000, 1.', 'SELECT ?, ?, ?, ?'],
    ["SELECT 'Jane", 'SELECT ?'],
    ['SELECT $$Jane', 'SELECT ?'],
    ['SELECT a /* Jane', 'SELECT a  '],
  ])('puts ? in place of literals and takes comments out: %s', (text, sanitized) => {
    expect(sanitizeSql(text)).toBe(sanitized);
  });

  it.each(['Jane Doe feels sad', '', 'SELECTED by Jane', 'SELECT a /* b /* c */ Jane */', '"Jane"'])(
    'gives nothing for what is no statement or cannot be told from one: %s',
    (text) => {
      expect(sanitizeSql(text)).toBeUndefined();
    },
  );

  it('cuts what is too long', () => {
    expect(sanitizeSql(`SELECT ${'a, '.repeat(5000)}`)).toHaveLength(4096);
  });
});
