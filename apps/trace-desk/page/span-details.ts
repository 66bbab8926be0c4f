import { h } from './dom.js';
import { formatDuration } from './format.js';
import type { PageAttribute, PageEvent, PageLink, PageSpan } from './page-span.js';

/** Everything that a span says. */
export function spanDetails(span: PageSpan, traceStart: bigint): HTMLElement {
  return h(
    'div',
    { class: 'details', id: `details-${span.id}` },
    span.statusMessage !== '' && h('p', { class: 'message' }, span.statusMessage),
    ...span.warnings.map((warning) => h('p', { class: 'warning' }, warning)),
    section(
      'Span',
      attributeTable([
        { key: 'service', value: span.service },
        { key: 'kind', value: span.kind || 'unspecified' },
        { key: 'status', value: span.status },
        { key: 'begins after', value: formatDuration(span.start - traceStart) },
        { key: 'duration', value: formatDuration(span.end - span.start) },
        { key: 'span id', value: span.id },
        { key: 'parent span id', value: span.parentId ?? 'none: a root' },
        ...(span.scope ? [{ key: 'instrumented by', value: span.scope }] : []),
      ]),
    ),
    span.attributes.length > 0 && section('Attributes', attributeTable(span.attributes)),
    span.events.length > 0 && section('Events', ...span.events.map((event) => eventBlock(event, span.start))),
    span.links.length > 0 && section('Links', ...span.links.map(linkBlock)),
    span.resource.length > 0 && section('Resource', attributeTable(span.resource)),
  );
}

function section(title: string, ...content: readonly HTMLElement[]): HTMLElement {
  return h('section', {}, h('h2', {}, title), ...content);
}

function attributeTable(attributes: readonly PageAttribute[]): HTMLElement {
  return h(
    'table',
    { class: 'attributes' },
    h(
      'tbody',
      {},
      ...attributes.map(({ key, value }) => h('tr', {}, h('th', { scope: 'row' }, key), h('td', {}, value))),
    ),
  );
}

function eventBlock({ name, time, attributes }: PageEvent, spanStart: bigint): HTMLElement {
  const when = time >= spanStart ? `+${formatDuration(time - spanStart)}` : `−${formatDuration(spanStart - time)}`;
  return h(
    'div',
    { class: 'event' },
    h('h3', {}, name, h('small', {}, when)),
    attributes.length > 0 && attributeTable(attributes),
  );
}

function linkBlock({ traceId, spanId, attributes }: PageLink): HTMLElement {
  return h(
    'div',
    { class: 'event' },
    h('h3', {}, h('a', { href: `/trace/${traceId}` }, `trace ${traceId}`), h('small', {}, `span ${spanId}`)),
    attributes.length > 0 && attributeTable(attributes),
  );
}
