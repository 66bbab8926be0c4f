import {
  createTraceState,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Attributes,
  type SpanContext,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { diag } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { allowAttribute } from './allowed-attributes.js';
import { allowEvent } from './allowed-events.js';
import { checkSpan } from './check-span.js';
import { PrivateSpanExporter } from './private-exporter.js';
import { redactionCounts } from './redactions.js';
import { number, oneOf } from './value-rules.js';

const SECRET = 'I feel Jane@doe.example';
const CLEAN: Attributes = {
  'request.id': '4bf92f3577b34da6a3ce929d0e0e4736',
  'tenant.id': 'aurora',
  'patient.id': 'AUR-0001',
  'user.role': ['investigator', 'monitor'],
  'http.request.method': 'POST',
  'http.route': '/api/v1/submissions',
  'url.path': '/api/v1/submissions',
  'data.length': 1234,
  'db.system.name': 'postgresql',
  'db.query.text': 'SELECT * FROM storage.open_submission($1)',
};

/** A span as the SDK ends it. */
function ended(make: (span: ReturnType<ReturnType<TracerProvider['getTracer']>['startSpan']>) => void, resource = {}) {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'test', ...resource }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const span = provider.getTracer('test').startSpan('step', { kind: SpanKind.SERVER });
  make(span);
  span.end();
  return exporter.getFinishedSpans()[0]!;
}

/** Everything that an exporter could send. */
function text(span: ReadableSpan): string {
  const { name, status, attributes, events, links, resource } = span;
  const state = span.spanContext().traceState?.serialize();
  return JSON.stringify([name, status, attributes, events, links, resource.attributes, state]);
}

const attributesOf = (attributes: Attributes) => checkSpan(ended((span) => span.setAttributes(attributes))).attributes;

afterEach(() => vi.restoreAllMocks());

describe('a span', () => {
  it('that holds only what is allowed leaves as it is, the same object', () => {
    const span = ended((made) => {
      made.setAttributes(CLEAN);
      made.addEvent('exception', {
        'exception.type': 'TypeError',
        'exception.stacktrace': 'TypeError\n    at save (file:///app/save.js:1:2)\nCaused by: Error\n    at native',
      });
      made.setStatus({ code: SpanStatusCode.ERROR });
    });
    expect(checkSpan(span)).toBe(span);
  });

  it('loses what is not on the list, and keeps the rest and itself', () => {
    const span = ended((made) => made.setAttributes({ ...CLEAN, 'answer.text': SECRET }));
    const checked = checkSpan(span);
    expect(checked.attributes).toEqual(CLEAN);
    expect(checked.droppedAttributesCount).toBe(1);
    expect(span.attributes['answer.text']).toBe(SECRET);
    expect(checked).toMatchObject({ name: 'step', kind: SpanKind.SERVER, startTime: span.startTime, ended: true });
    expect(checked.spanContext()).toBe(span.spanContext());
    expect(checked.duration).toBe(span.duration);
  });

  it.each<[string, Attributes, Attributes]>([
    ['an identifier with a space', { 'patient.id': 'Jane Doe' }, {}],
    ['an identifier that is an address', { 'user.id': 'jane@example.org' }, {}],
    ['an identifier that is too long', { 'request.id': 'x'.repeat(129) }, {}],
    ['one of a list that is none', { 'user.role': ['monitor', 'Jane Doe'] }, {}],
    ['a text where a number belongs', { 'data.length': SECRET }, {}],
    ['a list where a text belongs', { 'tenant.id': ['aurora', 'Jane Doe'] }, {}],
    ['an unknown method', { 'http.request.method': 'JANE' }, { 'http.request.method': '_OTHER' }],
    ['an error type that is a text', { 'error.type': SECRET }, { 'error.type': '_OTHER' }],
    [
      'a path beyond its route',
      { 'http.route': '/p/:id', 'url.path': '/p/Jane' },
      { 'http.route': '/p/:id', 'url.path': '/p/:id' },
    ],
    ['a path without a route', { 'url.path': '/p/Jane' }, { 'url.path': '/*' }],
    ['a path and a route of data', { 'http.route': '/Jäne', 'url.path': '/Jäne' }, {}],
    ['a query', { 'url.full': 'http://x/?name=Jane', 'url.query': 'name=Jane' }, {}],
    [
      'a literal in SQL',
      { 'db.system.name': 'postgresql', 'db.query.text': "SELECT 'Jane'" },
      { 'db.system.name': 'postgresql', 'db.query.text': 'SELECT ?' },
    ],
    [
      'a query of another language',
      { 'db.system.name': 'redis', 'db.query.text': 'SET a Jane' },
      { 'db.system.name': 'redis' },
    ],
    ['where a call comes from', { 'client.address': '10.0.0.1', 'network.peer.address': '10.0.0.1' }, {}],
  ])('never shows %s', (_what, given, left) => {
    expect(attributesOf(given)).toEqual(left);
  });

  it('shows of an exception its type and frames, whoever recorded it', () => {
    const error = new TypeError(`cannot read ${SECRET}\n    at home (file:///Jane:1:1)`);
    const checked = checkSpan(ended((span) => span.recordException(error)));
    const [event] = checked.events;
    expect(Object.keys(event?.attributes ?? {}).sort()).toEqual(['exception.stacktrace', 'exception.type']);
    expect(event?.attributes?.['exception.type']).toBe('TypeError');
    expect(event?.attributes?.['exception.stacktrace']).toMatch(/^TypeError\n\s+at \S*[^]*check-span\.test/);
    expect(text(checked)).not.toMatch(/Jane|cannot read/);
  });

  it('has no status message', () => {
    const checked = checkSpan(ended((span) => span.setStatus({ code: SpanStatusCode.ERROR, message: SECRET })));
    expect(checked.status).toEqual({ code: SpanStatusCode.ERROR });
  });

  it('has no event of a free name, nor free text on one that is allowed', () => {
    const stored = allowEvent('submission.stored');
    const checked = checkSpan(
      ended((span) => span.addEvent(SECRET).addEvent(stored, { note: SECRET, 'data.length': 3 })),
    );
    expect(checked.events).toMatchObject([{ name: stored, attributes: { 'data.length': 3 } }]);
    expect(checked.droppedEventsCount).toBe(1);
    expect(text(checked)).not.toContain('Jane');
  });

  it('has no free text on its links, and no tracestate but that of a sampler', () => {
    const context = (state: string): SpanContext => ({
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: TraceFlags.SAMPLED,
      traceState: createTraceState(state),
    });
    const [kept, dropped] = [context('ot=th:c;rv:0123456789abcd'), context('jane=doe,ot=th:c')];
    const span = ended((made) =>
      made.addLink({ context: kept }).addLink({ context: dropped, attributes: { note: SECRET, 'data.length': 1 } }),
    );
    const checked = checkSpan(span);
    expect(checked.links[0]?.context).toBe(kept);
    expect(checked.links[1]?.context.traceState).toBeUndefined();
    expect(checked.links[1]?.attributes).toEqual({ 'data.length': 1 });
    const hostile = checkSpan({ ...clone(span), spanContext: () => dropped });
    expect(hostile.spanContext()).toMatchObject({ traceId: dropped.traceId, traceState: undefined });
  });

  it('has a name without ids', () => {
    expect(checkSpan(ended((span) => span.updateName('load AUR-0001'))).name).toBe('load *');
  });

  it('says of its process what names it, and not how it was started', () => {
    const checked = checkSpan(
      ended(() => {}, { 'process.command_args': ['--password', SECRET], 'process.owner': 'jane', 'host.name': 'n-1' }),
    );
    expect(checked.resource.attributes).toEqual({ 'service.name': 'test', 'host.name': 'n-1' });
    const labelled = ended(() => {}, { 'k8s.pod.label.owner': 'jane', team: 'payments', contact: 'jane@example.org' });
    expect(checkSpan(labelled).resource.attributes).toEqual({ 'service.name': 'test', team: 'payments' });
    expect(checkSpan(labelled).resource).toBe(checkSpan(labelled).resource);
  });
});

describe("an application's own attribute", () => {
  it('leaves once it is declared, as long as its value is what was said', () => {
    const level = allowAttribute('test.alert.level', oneOf(['info', 'critical']));
    expect(attributesOf({ [level]: 'critical' })).toEqual({ [level]: 'critical' });
    expect(attributesOf({ [level]: SECRET })).toEqual({});
  });

  it('cannot widen what is on the list', () => {
    expect(() => allowAttribute('patient.id', number)).toThrow(/patient\.id is allowed already/);
  });

  it('that was forgotten is named once, never with its value, and counted each time', () => {
    const warn = vi.spyOn(diag, 'warn').mockImplementation(() => {});
    const before = redactionCounts().attribute;
    for (let i = 0; i < 3; i++) attributesOf({ 'test.forgotten': SECRET });
    attributesOf({ [SECRET]: 1, 'row.12345': 1 });
    expect(redactionCounts().attribute - before).toBe(5);
    const lines = warn.mock.calls.map(([line]) => line);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^Privacy: the attribute test\.forgotten does not leave .*allowAttribute/);
    expect(lines.join()).not.toMatch(/Jane|12345/);
  });
});

describe('PrivateSpanExporter', () => {
  it('hands on what may leave, and the same array where all of it may', () => {
    const sent: ReadableSpan[][] = [];
    const exporter = new PrivateSpanExporter({
      export: (spans, done) => {
        sent.push(spans);
        done({ code: 0 });
      },
      shutdown: () => Promise.resolve(),
    });
    const clean = ended((span) => span.setAttributes(CLEAN));
    const dirty = ended((span) => span.setAttribute('note', SECRET));
    const batch = [clean, clean];
    exporter.export(batch, () => {});
    exporter.export([clean, dirty], () => {});
    expect(sent[0]).toBe(batch);
    expect(sent[1]?.[0]).toBe(clean);
    expect(sent[1]?.map(text).join()).not.toContain('Jane');
  });
});

/** A span that is no object of the SDK's. */
function clone(span: ReadableSpan): ReadableSpan {
  const { kind, name, startTime, endTime, duration, status, attributes, links, events, ended: hasEnded } = span;
  const { resource, instrumentationScope, droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  const own = { kind, name, startTime, endTime, duration, status, attributes, links, events, ended: hasEnded };
  return {
    ...own,
    spanContext: () => span.spanContext(),
    resource,
    instrumentationScope,
    droppedAttributesCount,
    droppedEventsCount,
    droppedLinksCount,
  };
}
