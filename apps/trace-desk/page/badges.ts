import { h } from './dom.js';
import { plural } from './format.js';

/** What is wrong with a trace, at a glance. */
export function badges(trace: { errorSpanCount: number; orphanSpanCount: number }): HTMLElement[] {
  return [
    ...(trace.errorSpanCount > 0 ? [h('span', { class: 'badge bad' }, plural(trace.errorSpanCount, 'error'))] : []),
    ...(trace.orphanSpanCount > 0
      ? [
          h(
            'span',
            { class: 'badge warn', title: 'Spans whose parent is not in the trace' },
            plural(trace.orphanSpanCount, 'orphan'),
          ),
        ]
      : []),
  ];
}
