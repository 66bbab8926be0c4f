import { badges } from './badges.js';
import type { ListedTrace } from './desk-api.js';
import { h, withStyle } from './dom.js';
import { formatAge, formatDuration, formatTime, plural } from './format.js';

/** A line a trace, each a link to it. */
export function traceTable(traces: readonly ListedTrace[], colorOf: (service: string) => string): HTMLElement {
  const longest = Math.max(...traces.map(({ durationNano }) => Number(durationNano)));
  const heads = ['Trace', 'Patient', 'Services', 'Spans', 'Duration', 'Started'];
  return h(
    'table',
    { class: 'traces' },
    h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
    h('tbody', {}, ...traces.map((trace) => traceRow(trace, longest, colorOf))),
  );
}

function traceRow(trace: ListedTrace, longest: number, colorOf: (service: string) => string): HTMLElement {
  const start = BigInt(trace.startUnixNano);
  const { patients, tenants } = trace.subjects;
  return h(
    'tr',
    { class: trace.errorSpanCount > 0 ? 'failed' : undefined },
    h(
      'td',
      {},
      h('a', { class: 'cover', href: `/trace/${trace.traceId}` }, trace.rootOperation || 'root span not received'),
      h('span', { class: 'badges' }, ...badges(trace)),
      h('small', {}, `${trace.rootService || '—'} · ${trace.traceId.slice(0, 8)}`),
    ),
    h('td', {}, patients.join(', ') || '—', h('small', {}, tenants.join(', '))),
    h(
      'td',
      {},
      h(
        'ul',
        { class: 'services' },
        ...trace.services.map(({ name, spanCount }) =>
          h('li', { class: colorOf(name), title: plural(spanCount, 'span') }, name.replace(/^epro-/, '')),
        ),
      ),
    ),
    h('td', { class: 'number' }, trace.spanCount.toLocaleString()),
    h(
      'td',
      { class: 'duration' },
      formatDuration(BigInt(trace.durationNano)),
      withStyle(h('span', { class: 'share' }), {
        '--share': `${longest === 0 ? 0 : (Number(trace.durationNano) / longest) * 100}%`,
      }),
    ),
    h('td', { class: 'when', title: formatTime(start) }, formatAge(Date.now() - Number(start / 1_000_000n))),
  );
}
