import { describe, expect, it } from 'vitest';
import type { PageSpan } from '../../page/page-span.js';
import { waterfall } from '../../page/waterfall.js';

function span(id: string, parentId: string | undefined, start: number, end: number): PageSpan {
  return {
    id,
    parentId,
    start: BigInt(start),
    end: BigInt(end),
    service: 'gateway',
    scope: '',
    name: id,
    kind: '',
    isError: false,
    status: 'unset',
    statusMessage: '',
    attributes: [],
    resource: [],
    events: [],
    links: [],
    warnings: [],
  };
}

const shape = (spans: PageSpan[]) =>
  waterfall(spans).rows.map(
    (row) => `${'  '.repeat(row.depth)}${row.span.id}${row.isOrphan ? '!' : ''} ${row.descendants}`,
  );

describe('waterfall', () => {
  it('is a tree, siblings by start', () => {
    const spans = [
      span('late', 'root', 50, 60),
      span('grandchild', 'early', 20, 25),
      span('root', undefined, 0, 100),
      span('early', 'root', 10, 30),
    ];
    expect(shape(spans)).toEqual(['root 3', '  early 1', '    grandchild 0', '  late 0']);
  });

  it('measures bars in percent of the whole trace', () => {
    const { rows, start, duration } = waterfall([span('root', undefined, 100, 200), span('child', 'root', 150, 300)]);
    expect([start, duration]).toEqual([100n, 200n]);
    expect(rows.map(({ offset, width }) => [offset, width])).toEqual([
      [0, 50],
      [25, 75],
    ]);
  });

  it('shows a span whose parent is missing at the margin, with what is below it', () => {
    const spans = [span('root', undefined, 0, 9), span('orphan', 'lost', 3, 5), span('child', 'orphan', 4, 5)];
    expect(shape(spans)).toEqual(['root 0', 'orphan! 1', '  child 0']);
  });

  it('shows every span also when spans are each other’s parents', () => {
    expect(shape([span('a', 'b', 0, 1), span('b', 'a', 0, 1), span('own parent', 'own parent', 0, 1)])).toHaveLength(3);
  });

  it('bears a trace without duration, and none at all', () => {
    expect(waterfall([span('instant', undefined, 5, 5)]).rows[0]).toMatchObject({ offset: 0, width: 0 });
    expect(waterfall([]).rows).toEqual([]);
  });
});
