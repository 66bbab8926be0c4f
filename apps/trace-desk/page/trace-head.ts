import { badges } from './badges.js';
import { h, type Child } from './dom.js';
import { formatAge, formatDuration, formatTime, plural } from './format.js';
import type { PageSpan } from './page-span.js';
import type { Waterfall } from './waterfall.js';

/** What the whole trace says. */
export function traceHead(
  traceId: string,
  root: PageSpan | undefined,
  spans: readonly PageSpan[],
  fall: Waterfall,
): HTMLElement {
  const errorSpanCount = spans.filter(({ isError }) => isError).length;
  const orphanSpanCount = fall.rows.filter(({ isOrphan }) => isOrphan).length;
  const services = new Set(spans.map(({ service }) => service)).size;
  const copy = h('button', { type: 'button', class: 'copy' }, 'Copy id');
  copy.addEventListener('click', () => {
    void navigator.clipboard.writeText(traceId).then(() => (copy.textContent = 'Copied'));
  });
  return h(
    'header',
    { class: 'trace-head' },
    h('h1', {}, root?.name ?? 'Root span not received', ' ', ...badges({ errorSpanCount, orphanSpanCount })),
    h(
      'dl',
      {},
      ...fact('Trace', h('code', {}, traceId), copy),
      ...fact('Started', `${formatTime(fall.start)} (${formatAge(Date.now() - Number(fall.start / 1_000_000n))})`),
      ...fact('Duration', formatDuration(fall.duration)),
      ...fact('Spans', `${spans.length} in ${plural(services, 'service')}`),
      ...subjects(spans),
      ...fact(
        'Data',
        h('a', { href: `/api/v3/traces/${traceId}` }, 'OTLP'),
        ' · ',
        h('a', { href: `/api/traces/${traceId}?prettyPrint=true` }, 'Jaeger'),
      ),
    ),
  );
}

/** What people look for a trace by. */
function subjects(spans: readonly PageSpan[]): HTMLElement[] {
  return [
    ['Patient', 'patient.id', 'patient'],
    ['Tenant', 'tenant.id', 'tenant'],
    ['Request', 'request.id', 'request'],
  ].flatMap(([label, key, parameter]) => {
    const values = new Set(
      spans.flatMap(({ attributes }) => attributes.filter((own) => own.key === key).map(({ value }) => value)),
    );
    const links = [...values].flatMap((value) => [
      h(
        'a',
        { href: `/?${new URLSearchParams({ [parameter!]: value }).toString()}`, title: 'All traces with it' },
        value,
      ),
      ' ',
    ]);
    return values.size > 0 ? fact(label!, ...links) : [];
  });
}

function fact(name: string, ...value: readonly Child[]): HTMLElement[] {
  return [h('div', {}, h('dt', {}, name), h('dd', {}, ...value))];
}
