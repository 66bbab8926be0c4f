import { fetchServices, fetchStatistics, fetchTrace } from './desk-api.js';
import { h, withStyle } from './dom.js';
import { formatDuration } from './format.js';
import type { PageSpan } from './page-span.js';
import { serviceColors } from './service-colors.js';
import { spanRow, visibleRows, type ViewState } from './span-row.js';
import { showStatistics } from './statistics.js';
import { traceHead } from './trace-head.js';
import { waterfall } from './waterfall.js';

const REFRESH_MS = 1500;
/** Spans of one trace come in batches of several processes; after so many looks without a new one it is complete. */
const QUIET_LOOKS = 6;
const TICKS = 5;

/** One trace as a waterfall. Spans that are still under way are added as they come. */
export async function showTrace(main: HTMLElement, traceId: string): Promise<void> {
  // A link can point to a span.
  const open = new Set(new URLSearchParams(location.search).getAll('span'));
  const collapsed = new Set<string>();
  let shown = -1;
  let quiet = 0;
  const look = async () => {
    const [spans, services] = await Promise.all([fetchTrace(traceId), fetchServices()]);
    quiet = spans?.length === shown ? quiet + 1 : 0;
    if (spans?.length === shown) return;
    shown = spans?.length ?? 0;
    const render = () => {
      const focused = document.activeElement?.id;
      main.replaceChildren(
        ...(spans
          ? traceContent(traceId, spans, serviceColors(services), { open, collapsed, render })
          : [missing(traceId)]),
      );
      if (focused) document.getElementById(focused)?.focus();
    };
    render();
  };
  await look();
  showStatistics(await fetchStatistics());
  const timer = setInterval(() => {
    if (quiet >= QUIET_LOOKS) clearInterval(timer);
    else void look().catch(() => clearInterval(timer));
  }, REFRESH_MS);
}

function missing(traceId: string): HTMLElement {
  return h(
    'div',
    { class: 'note empty' },
    h('p', {}, 'This trace is not here.'),
    h(
      'p',
      { class: 'muted' },
      `No span of ${traceId} has arrived, or it made room for newer traces. This page goes on looking for a few seconds.`,
    ),
    h('p', {}, h('a', { class: 'button', href: '/' }, 'Recent traces')),
  );
}

function traceContent(
  traceId: string,
  spans: readonly PageSpan[],
  colorOf: (service: string) => string,
  state: ViewState,
): HTMLElement[] {
  const fall = waterfall(spans);
  const root = fall.rows.find(({ span }) => span.parentId === undefined)?.span;
  document.title = `${root?.name ?? 'Trace'} · Trace desk`;
  return [
    h('nav', { class: 'back', 'aria-label': 'Breadcrumb' }, h('a', { href: '/' }, '← Recent traces')),
    traceHead(traceId, root, spans, fall),
    legend(spans, colorOf),
    h(
      'section',
      { class: 'waterfall', 'aria-label': 'Spans' },
      ruler(fall.duration),
      h('ol', {}, ...visibleRows(fall.rows, state.collapsed).map((row) => spanRow(row, fall, colorOf, state))),
    ),
  ];
}

function legend(spans: readonly PageSpan[], colorOf: (service: string) => string): HTMLElement {
  const counts = Map.groupBy(spans, ({ service }) => service);
  return h(
    'ul',
    { class: 'services legend', 'aria-label': 'Services' },
    ...[...counts.keys()]
      .sort()
      .map((service) =>
        h('li', { class: colorOf(service) }, `${service} `, h('b', {}, String(counts.get(service)!.length))),
      ),
  );
}

function ruler(duration: bigint): HTMLElement {
  const ticks = Array.from({ length: duration === 0n ? 1 : TICKS }, (_, index) => {
    const share = index / (TICKS - 1);
    return withStyle(h('span', {}, formatDuration(Math.round(Number(duration) * share))), {
      '--at': `${share * 100}%`,
    });
  });
  return h('div', { class: 'ruler', 'aria-hidden': 'true' }, h('div', { class: 'ticks' }, ...ticks));
}
