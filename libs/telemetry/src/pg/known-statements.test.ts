import { SpanKind } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { sharedSize } from '../trace/shared-attributes.js';
import { KnownStatements } from './known-statements.js';

const DATABASE = { 'db.system.name': 'postgresql', 'db.namespace': 'epro' };
const TEXT = 'SELECT id FROM item WHERE id = $1';
const SELECT = { 'db.operation.name': 'SELECT', 'db.collection.name': 'item', 'db.query.summary': 'SELECT item' };

const described = (text: string) => ({
  name: 'SELECT item',
  spanOptions: { kind: SpanKind.CLIENT, attributes: { ...DATABASE, ...SELECT, 'db.query.text': text } },
});

it('a statement is looked at once, in whatever form it is given', () => {
  const statements = new KnownStatements(DATABASE);
  const first = statements.of(TEXT);
  expect(first).toMatchObject({ ...described(TEXT), measured: { ...DATABASE, ...SELECT } });
  expect(first.measured).not.toHaveProperty('db.query.text');
  expect(sharedSize(first.spanOptions.attributes!)).toBe(6);
  expect(statements.of(TEXT)).toBe(first);
  expect(statements.of({ text: TEXT, values: [1] })).toBe(first);
});

it('has no literal in its text', () => {
  const { attributes } = new KnownStatements(DATABASE).of(
    "SELECT id FROM item WHERE note = 'Jane' LIMIT 5",
  ).spanOptions;
  expect(attributes).toMatchObject({ 'db.query.text': 'SELECT id FROM item WHERE note = ? LIMIT ?' });
});

it('a prepared one has its name, and is not mistaken for the same text under another', () => {
  const statements = new KnownStatements(DATABASE);
  const prepared = statements.of({ text: TEXT, name: 'by_id' });
  const planOf = (query: unknown) => statements.of(query).spanOptions.attributes!['db.postgresql.plan'];
  expect(planOf({ text: TEXT, name: 'by_id' })).toBe('by_id');
  expect(planOf({ text: TEXT, name: 'other' })).toBe('other');
  expect(planOf(TEXT)).toBeUndefined();
  expect(statements.of({ text: TEXT, name: 'by_id' })).toBe(prepared);
});

it('one beyond a thousand is told as well, but not kept, and timed under its database alone', () => {
  const statements = new KnownStatements(DATABASE);
  const nth = (n: number) => `SELECT id AS id_${n} FROM item WHERE id = $1`;
  const kept = Array.from({ length: 1000 }, (_, n) => statements.of(nth(n)));
  const beyond = statements.of(nth(1000));
  expect(beyond).toMatchObject({ ...described(nth(1000)), measured: DATABASE });
  expect(beyond.measured).toEqual(DATABASE);
  expect(statements.of(nth(1000))).not.toBe(beyond);
  expect(kept.every((statement, n) => statements.of(nth(n)) === statement)).toBe(true);
});

it.each([[undefined], [null], [{}], [{ text: 7 }]])('what is no statement (%j) is SQL', (query) => {
  expect(new KnownStatements(DATABASE).of(query).name).toBe('SQL');
});
