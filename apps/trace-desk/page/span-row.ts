import { h, withStyle } from './dom.js';
import { formatDuration, plural, shortName } from './format.js';
import { spanDetails } from './span-details.js';
import type { Waterfall, WaterfallRow } from './waterfall.js';

/** What the person opened and closed; survives the arrival of further spans. */
export interface ViewState {
  readonly open: Set<string>;
  readonly collapsed: Set<string>;
  readonly render: () => void;
}

/** Without those below a span that is folded. */
export function visibleRows(rows: readonly WaterfallRow[], collapsed: ReadonlySet<string>): WaterfallRow[] {
  const visible: WaterfallRow[] = [];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    visible.push(row);
    if (collapsed.has(row.span.id)) index += row.descendants;
  }
  return visible;
}

/** A span's line, and when it is open what the span says. */
export function spanRow(
  row: WaterfallRow,
  fall: Waterfall,
  colorOf: (service: string) => string,
  state: ViewState,
): HTMLElement {
  const { span, depth, descendants, isOrphan } = row;
  const isOpen = state.open.has(span.id);
  const toggleIn = (set: Set<string>) => () => {
    if (!set.delete(span.id)) set.add(span.id);
    state.render();
  };
  const fold = h('button', {
    type: 'button',
    class: 'fold',
    id: `fold-${span.id}`,
    disabled: descendants === 0,
    'aria-expanded': descendants > 0 ? String(!state.collapsed.has(span.id)) : undefined,
    'aria-label': descendants > 0 ? `The ${plural(descendants, 'span')} below ${span.name}` : undefined,
  });
  fold.addEventListener('click', toggleIn(state.collapsed));
  const label = h(
    'button',
    {
      type: 'button',
      class: 'label',
      id: `span-${span.id}`,
      'aria-expanded': String(isOpen),
      'aria-controls': `details-${span.id}`,
    },
    h('span', { class: 'name', title: span.name }, shortName(span.name)),
    span.isError && h('span', { class: 'badge bad' }, 'error'),
    isOrphan && h('span', { class: 'badge warn', title: `Its parent ${span.parentId} is not in the trace` }, 'orphan'),
    h('small', {}, `${span.service.replace(/^epro-/, '')}${span.kind ? ` · ${span.kind}` : ''}`),
  );
  label.addEventListener('click', toggleIn(state.open));
  const duration = formatDuration(span.end - span.start);
  const bar = withStyle(
    h(
      'div',
      { class: 'track', 'aria-hidden': 'true' },
      h('span', { class: 'bar' }),
      h('span', { class: 'took' }, duration),
    ),
    {
      '--from': `${row.offset}%`,
      '--width': `${row.width}%`,
    },
  );
  // The label stands where there is room for it.
  if (row.offset + row.width > 80) bar.classList.add(row.offset > 25 ? 'before' : 'inside');
  bar.addEventListener('click', toggleIn(state.open));
  return h(
    'li',
    { class: `${colorOf(span.service)}${span.isError ? ' failed' : ''}${isOpen ? ' open' : ''}` },
    h('div', { class: 'row' }, withStyle(h('div', { class: 'tree' }, fold, label), { '--depth': String(depth) }), bar),
    h('span', { class: 'hidden' }, `takes ${duration}`),
    isOpen && spanDetails(span, fall.start),
  );
}
