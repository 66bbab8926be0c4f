import type { PageSpan } from './page-span.js';

/** A line of the waterfall. */
export interface WaterfallRow {
  readonly span: PageSpan;
  readonly depth: number;
  /** All below it. */
  readonly descendants: number;
  /** It names a parent that did not arrive. */
  readonly isOrphan: boolean;
  /** Where its bar begins and how long it is, in percent of the whole. */
  readonly offset: number;
  readonly width: number;
}

export interface Waterfall {
  readonly rows: readonly WaterfallRow[];
  readonly start: bigint;
  readonly duration: bigint;
}

/**
 * Puts spans into the order of a tree, siblings by their start. A span whose parent is missing stands at the left
 * margin; spans that are each other's ancestors, which only a mistake produces, are shown too.
 */
export function waterfall(spans: readonly PageSpan[]): Waterfall {
  const start = spans.reduce((least, span) => (span.start < least ? span.start : least), spans[0]?.start ?? 0n);
  const end = spans.reduce((most, span) => (span.end > most ? span.end : most), start);
  const duration = end - start;
  const percent = (nanos: bigint) => (duration === 0n ? 0 : (Number(nanos) / Number(duration)) * 100);

  const byStart = [...spans].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const ids = new Set(spans.map(({ id }) => id));
  const isOrphan = ({ parentId }: PageSpan) => parentId !== undefined && !ids.has(parentId);
  const childrenOf = Map.groupBy(byStart, ({ parentId }) => parentId);
  const rows: WaterfallRow[] = [];
  const placed = new Set<PageSpan>();

  const place = (span: PageSpan, depth: number): number => {
    if (placed.has(span)) return 0;
    placed.add(span);
    const index = rows.length;
    const row = {
      span,
      depth,
      isOrphan: isOrphan(span),
      offset: percent(span.start - start),
      width: percent(span.end - span.start),
    };
    rows.push({ ...row, descendants: 0 });
    let descendants = 0;
    for (const child of childrenOf.get(span.id) ?? []) descendants += place(child, depth + 1);
    rows[index] = { ...row, descendants };
    return descendants + 1;
  };
  for (const span of byStart) if (span.parentId === undefined || isOrphan(span)) place(span, 0);
  for (const span of byStart) place(span, 0);
  return { rows, start, duration };
}
