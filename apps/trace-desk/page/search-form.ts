import { fetchOperations } from './desk-api.js';
import { h } from './dom.js';

const FIELDS = [
  'service',
  'operation',
  'patient',
  'tenant',
  'request',
  'status',
  'minDuration',
  'maxDuration',
] as const;

/** Whether anything is searched for. */
export const isSearch = (search: URLSearchParams) => FIELDS.some((name) => search.get(name));

/** The search. Submitting it changes the page's address. */
export function searchForm(search: URLSearchParams, services: readonly string[]): HTMLFormElement {
  const given = (name: string) => search.get(name) ?? '';
  const operations = h('datalist', { id: 'operations' });
  const input = (name: string, label: string, attributes: Record<string, string> = {}) =>
    field(
      name,
      label,
      h('input', { id: name, name, value: given(name), autocomplete: 'off', spellcheck: 'false', ...attributes }),
    );
  const select = (name: string, label: string, options: readonly (readonly [string, string])[]) =>
    field(
      name,
      label,
      h(
        'select',
        { id: name, name },
        ...options.map(([value, text]) => h('option', { value, selected: value === given(name) }, text)),
      ),
    );
  const known = [...new Set([...services, ...(given('service') ? [given('service')] : [])])];
  const form = h(
    'form',
    { class: 'search', role: 'search', 'aria-label': 'Search traces' },
    select('service', 'Service', [['', 'All'], ...known.map((name) => [name, name] as const)]),
    input('operation', 'Operation', { list: 'operations' }),
    operations,
    input('patient', 'Patient', { placeholder: 'AUR-0001' }),
    input('tenant', 'Tenant', { placeholder: 'aurora' }),
    input('request', 'Request id'),
    select('status', 'Status', [
      ['', 'Any'],
      ['error', 'Errors'],
      ['ok', 'No error'],
    ]),
    input('minDuration', 'Longer than', { placeholder: '10ms', class: 'short' }),
    input('maxDuration', 'Shorter than', { placeholder: '1.5s', class: 'short' }),
    h(
      'div',
      { class: 'buttons' },
      h('button', { class: 'primary' }, 'Search'),
      isSearch(search) && h('a', { class: 'button', href: '/' }, 'Clear'),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    location.assign(`/?${enteredIn(form).toString()}`);
  });
  form.querySelector('select')!.addEventListener('change', () => void fillOperations(form, operations, services));
  void fillOperations(form, operations, services);
  return form;
}

function field(name: string, label: string, control: HTMLElement): HTMLElement {
  return h('div', { class: 'field' }, h('label', { for: name }, label), control);
}

function enteredIn(form: HTMLFormElement): URLSearchParams {
  const entered = new URLSearchParams();
  for (const [name, value] of new FormData(form))
    if (typeof value === 'string' && value.trim()) entered.set(name, value.trim());
  return entered;
}

/** The operations of the chosen service, or of all. */
async function fillOperations(form: HTMLFormElement, list: HTMLElement, services: readonly string[]): Promise<void> {
  const chosen = new FormData(form).get('service');
  const from = typeof chosen === 'string' && chosen !== '' ? [chosen] : services;
  const names = (await Promise.all(from.map(fetchOperations))).flat();
  list.replaceChildren(...[...new Set(names)].sort().map((value) => h('option', { value })));
}
