import { fetchServices, fetchTraces, SearchError } from './desk-api.js';
import { h } from './dom.js';
import { plural } from './format.js';
import { isSearch, searchForm } from './search-form.js';
import { serviceColors } from './service-colors.js';
import { showStatistics } from './statistics.js';
import { traceTable } from './trace-table.js';

const REFRESH_MS = 3000;
/** The recent traces, and the search. What is searched for stands in the page's address. */
export async function showList(main: HTMLElement): Promise<void> {
  const search = new URLSearchParams(location.search);
  let services = await fetchServices();
  const results = h('section', { 'aria-label': 'Traces' });
  const live = h('input', { type: 'checkbox', id: 'live', checked: true });
  const count = h('p', { class: 'count', 'aria-live': 'polite' });
  const toolbar = h('div', { class: 'toolbar' }, count, h('label', { class: 'live', for: 'live' }, live, 'Live'));
  main.replaceChildren(searchForm(search, services), toolbar, results);

  const refresh = async () => {
    try {
      const [{ traces, store }, known] = await Promise.all([fetchTraces(search), fetchServices()]);
      services = known;
      showStatistics(store);
      count.textContent = describeCount(traces.length, search);
      results.replaceChildren(traces.length > 0 ? traceTable(traces, serviceColors(services)) : nothing(search));
    } catch (error) {
      count.textContent = '';
      live.checked &&= !(error instanceof SearchError);
      const message = error instanceof SearchError ? error.message : 'The trace desk does not answer.';
      results.replaceChildren(h('p', { class: 'note error', role: 'alert' }, message));
    }
  };
  await refresh();
  setInterval(() => {
    // A table that is rebuilt under somebody's keyboard would take the focus away.
    const busy = results.contains(document.activeElement) || !getSelection()?.isCollapsed;
    if (live.checked && !document.hidden && !busy) void refresh();
  }, REFRESH_MS);
}

function describeCount(count: number, search: URLSearchParams): string {
  return plural(count, isSearch(search) ? 'matching trace' : 'recent trace');
}

function nothing(search: URLSearchParams): HTMLElement {
  const searched = isSearch(search);
  return h(
    'div',
    { class: 'note empty' },
    h('p', {}, searched ? 'No trace matches this search.' : 'No trace has arrived yet.'),
    h(
      'p',
      { class: 'muted' },
      searched
        ? 'Old traces make room for new ones; a trace that is still being written appears within a second or two.'
        : 'Send a submission and it appears here within a second or two.',
    ),
  );
}
