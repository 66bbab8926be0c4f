import { describe, expect, it } from 'vitest';
import { TraceBook, type Flaw } from './trace-book.js';

type Span = readonly [service: string, id: string, parent: string];

/** gateway → storage, and storage's own step. */
const WHOLE: readonly Span[] = [
  ['gateway', 'a', ''],
  ['gateway', 'b', 'a'],
  ['storage', 'c', 'b'],
  ['storage', 'd', 'c'],
];
const EXPECTED = { services: ['gateway', 'storage'], spans: 4 };
const QUIET_MS = 100;

function judge(spans: readonly Span[], expectation: { services: string[]; spans?: number } = EXPECTED) {
  const book = new TraceBook(expectation, QUIET_MS);
  book.accept('t', 0);
  for (const [service, id, parent] of spans) book.addSpan(service, 't', id, parent, 0);
  book.settleAll();
  return book.report();
}

const without = (id: string) => WHOLE.filter((span) => span[1] !== id);

describe('TraceBook', () => {
  it('finds a whole trace complete, in whatever order its spans come and however often', () => {
    const report = judge([...WHOLE.toReversed(), WHOLE[0]!]);
    expect(report).toMatchObject({ accepted: 1, complete: 1, spans: 4, sizes: { 4: 1 }, flaws: {}, duplicates: 1 });
  });

  const broken: [Flaw, string, readonly Span[]][] = [
    ['absent', 'nothing came', []],
    ['no-root', 'its root is missing', without('a')],
    ['orphans', 'a span in the middle is missing', without('b')],
    ['several-roots', 'a hop began a trace of its own under the same id', [...without('c'), ['storage', 'c', '']]],
    ['missing-service', 'a service is missing', WHOLE.slice(0, 2)],
    ['missing-spans', 'a leaf is missing', without('d')],
    ['extra-spans', 'there is one that nobody expects', [...WHOLE, ['storage', 'e', 'd']]],
  ];
  it.each(broken)('finds "%s" where %s', (flaw, _why, spans) => {
    const report = judge(spans);
    expect(report).toMatchObject({ accepted: 1, complete: 0, flaws: { [flaw]: 1 }, spans: spans.length });
    expect(report.examples).toEqual([{ traceId: 't', flaw, spans: spans.length }]);
  });

  it('takes any number of spans where none is expected', () => {
    expect(judge(without('d'), { services: ['gateway', 'storage'] })).toMatchObject({ complete: 1 });
  });

  it('counts what belongs to no accepted submission apart', () => {
    const book = new TraceBook(EXPECTED, QUIET_MS);
    book.addSpan('gateway', 'sign-in', 'a', '', 0);
    book.settleAll();
    expect(book.report()).toMatchObject({ accepted: 0, complete: 0, spans: 0, others: 1, spansOfOthers: 1, flaws: {} });
  });

  it('judges a trace when nothing came for it for long enough, and not before', () => {
    const book = new TraceBook(EXPECTED, QUIET_MS);
    const send = (spans: readonly Span[], now: number) => {
      for (const [service, id, parent] of spans) book.addSpan(service, 't', id, parent, now);
    };
    send(WHOLE.slice(0, 2), 0);
    book.accept('t', 50);
    book.settle(149);
    send(WHOLE.slice(2), 149);
    book.settle(248);
    expect(book.report()).toMatchObject({ complete: 0, flaws: {} });
    book.settle(249);
    expect(book.report()).toMatchObject({ complete: 1 });
  });

  it('waits for one trace without keeping the others', () => {
    const book = new TraceBook(EXPECTED, QUIET_MS);
    book.accept('slow', 0);
    book.accept('quick', 1);
    book.accept('slow', 99);
    book.settle(101);
    expect(book.size).toBe(1);
  });

  it('forgets what it has judged', () => {
    const book = new TraceBook(EXPECTED, QUIET_MS);
    for (let second = 0; second < 1000; second++) {
      book.accept(`t${second}`, second * 1000);
      for (const [service, id, parent] of WHOLE) book.addSpan(service, `t${second}`, id, parent, second * 1000);
      book.settle(second * 1000);
      expect(book.size).toBe(1);
    }
    book.settleAll();
    expect(book.report()).toMatchObject({ accepted: 1000, complete: 1000 });
  });
});
