import type { SpanKind } from '@opentelemetry/api';
import {
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Span,
  type SpanOptions,
  type TimeInput,
  type Tracer,
} from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
  type SpanLimits,
} from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { BUSINESS_NAMES } from '../context/business-fields.js';
import { checkSpan } from '../privacy/check-span.js';
import { redactionCounts } from '../privacy/redactions.js';
import { CompactTracerProvider } from './compact-tracer-provider.js';
import { decodeOtlpTraces } from '../testing/otlp-protobuf.js';
import { BatchEncoder } from './encoded-batch.js';
import { shareAttributes, shareBusinessContext } from './shared-attributes.js';

const resource = resourceFromAttributes({ 'service.name': 'epro-test', 'process.pid': 42 });
const sampler = new AlwaysOnSampler();

/** Runs the same steps with OpenTelemetry's own tracer and with ours, and gives back the span that each has ended. */
function both(steps: (tracer: Tracer) => void, limits: SpanLimits = {}): [theirs: ReadableSpan, ours: ReadableSpan] {
  const [theirs, ours] = [new InMemorySpanExporter(), new InMemorySpanExporter()];
  const provider = new TracerProvider({
    resource,
    sampler,
    spanLimits: limits,
    spanProcessors: [new SimpleSpanProcessor({ exporter: theirs })],
  });
  const compact = new CompactTracerProvider({
    resource,
    sampler,
    limits,
    processors: [new SimpleSpanProcessor({ exporter: ours })],
  });
  steps(provider.getTracer('test', '1.0.0'));
  steps(compact.getTracer('test', '1.0.0'));
  return [theirs.getFinishedSpans()[0]!, ours.getFinishedSpans()[0]!];
}

/** All of a span but what no two spans have in common: its id, and times that nobody gave. */
function content(span: ReadableSpan) {
  const { name, kind, status, attributes, links, droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  const events = span.events.map(({ time: _, ...event }) => event);
  const { traceState, traceFlags } = span.spanContext();
  const parent = span.parentSpanContext;
  return {
    ...{ name, kind, status, attributes: { ...attributes }, events, links, parent, traceFlags, traceState },
    ...{ droppedAttributesCount, droppedEventsCount, droppedLinksCount, ended: span.ended },
    scope: span.instrumentationScope.name,
  };
}

/** Numbers that look random and are the same in every run. Mulberry32. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const linked = { traceId: 'b'.repeat(32), spanId: 'c'.repeat(16), traceFlags: TraceFlags.SAMPLED, isRemote: true };
const KEYS = ['data.length', 'request.id', 'tenant.id', 'db.query.text', 'x'];
const VALUES: unknown[] = [
  ...[
    'aurora',
    'ünïcödé ☃ 😀',
    'x'.repeat(63),
    'x'.repeat(64),
    'y'.repeat(20_000),
    '',
    0,
    -1,
    1.5,
    2 ** 40,
    -(2 ** 60),
  ],
  ...[2 ** 63, Number.NaN, true, false, null, undefined, ['a', 'b'], [1, 2.5], [true], ['a', null], [], new Date(0)],
  ...[Uint8Array.of(1, 2, 255), { nested: { list: [1, 'two'] } }, Symbol('no'), () => 1],
];

const BUSINESS_VALUES = ['aurora', 'AUR-0001', ['monitor', 'auditor'], undefined, undefined];

function someAttributes(random: (below: number) => number): Attributes {
  const attributes: Record<string, unknown> = {};
  for (let i = random(4); i >= 0; i--) attributes[KEYS[random(KEYS.length)]!] = VALUES[random(VALUES.length)];
  if (random(3) === 0) return shareBusinessContext(BUSINESS_NAMES.map(() => BUSINESS_VALUES[random(5)]));
  return random(2) === 0 ? shareAttributes(attributes) : attributes;
}

function someSteps(seed: number): (tracer: Tracer) => void {
  return (tracer) => {
    const random = randomNumbers(seed);
    const span = tracer.startSpan('step', {
      kind: random(5) as SpanKind,
      attributes: random(3) === 0 ? undefined : someAttributes(random),
      links: random(3) === 0 ? [{ context: linked, attributes: someAttributes(random) }] : undefined,
      startTime: random(2) === 0 ? [1_700_000_000, 123_456_789] : undefined,
    });
    const actions: ((span: Span) => unknown)[] = [
      (s) => s.setAttribute(KEYS[random(KEYS.length)]!, VALUES[random(VALUES.length)]),
      (s) => s.setAttributes(someAttributes(random)),
      (s) => s.setAttribute('', 'empty key'),
      (s) => s.addEvent('exception', someAttributes(random), [1_700_000_001, 5]),
      (s) => s.addEvent('happened', [1_700_000_001, 0]),
      (s) => s.addLink({ context: linked }),
      (s) => s.addLinks([{ context: linked, attributes: someAttributes(random) }]),
      (s) => s.setStatus({ code: SpanStatusCode.ERROR, message: random(2) === 0 ? 'why' : undefined }),
      (s) => s.setStatus({ code: random(3) }),
      (s) => s.updateName('renamed'),
      (s) => s.recordException(random(2) === 0 ? new TypeError('why') : 'text', [1_700_000_001, 7]),
      (s) => s.recordException({ code: 5, message: 'grpc' }, [1_700_000_001, 7]),
      (s) => s.recordException({} as Error),
    ];
    for (let i = random(8); i > 0; i--) actions[random(actions.length)]!(span);
    span.end([1_700_000_002, 987_654_321]);
    span.setAttribute('tenant.id', 'after the end').end();
  };
}

const SEEDS = Array.from({ length: 400 }, (_, seed) => seed);
const LIMITS: SpanLimits[] = [
  {},
  { attributeCountLimit: 2, eventCountLimit: 1, linkCountLimit: 1, attributeValueLengthLimit: 4 },
  { attributePerEventCountLimit: 1, attributePerLinkCountLimit: 1, eventCountLimit: 0, linkCountLimit: 0 },
];

describe('a span', () => {
  it.each(LIMITS)('holds what one of the SDK would, whatever is done with it (%j)', (limits) => {
    for (const seed of SEEDS) {
      const [theirs, ours] = both(withoutStacks(someSteps(seed)), limits);
      expect(content(ours), `seed ${seed}`).toEqual(content(theirs));
    }
  });

  it('is encoded as by the SDK, but for what may not leave', () => {
    for (const seed of SEEDS) {
      const [, ours] = both(someSteps(seed));
      expect(encoded(ours).equals(encodedBySdk(ours)), `seed ${seed}`).toBe(true);
    }
  });

  it('tells once of what may not leave, and not of parts that only make sense together', () => {
    const before = { ...redactionCounts() };
    const [, ours] = both((tracer) => {
      const attributes = shareAttributes({ 'http.route': '/api/v1/submissions' });
      tracer.startSpan('step', { attributes }).setAttributes({ 'url.path': '/api/v1/submissions', note: 1 }).end();
    });
    expect(encoded(ours).equals(encodedBySdk(ours))).toBe(true);
    // By our encoder once, and once for the comparison.
    expect(redactionCounts()).toEqual({ ...before, attribute: before.attribute + 2 });
  });

  it('keeps shared attributes, and changes those of no other span', () => {
    const shared = shareAttributes({ 'tenant.id': 'aurora', 'request.id': 'r' });
    const [untouched, ours] = ['aurora', 'borealis'].map(
      (tenant) =>
        both((tracer) => {
          const span = tracer.startSpan('step', { attributes: shared });
          span.setAttributes(shareAttributes({ 'study.id': 's' })).setAttribute('data.length', 1);
          span.setAttribute('tenant.id', tenant).setStatus({ code: SpanStatusCode.ERROR }).end();
        })[1],
    ) as [ReadableSpan, ReadableSpan];
    const bytes = [untouched, ours].map(encoded);
    expect(ours.attributes).toEqual({ ...shared, 'study.id': 's', 'data.length': 1, 'tenant.id': 'borealis' });
    expect(bytes.map((each, i) => each.equals(encodedBySdk(i === 0 ? untouched : ours)))).toEqual([true, true]);
    expect(shared).toEqual({ 'tenant.id': 'aurora', 'request.id': 'r' });
  });

  it('has the newest business context in place of what it started with', () => {
    const known = (...values: (string | undefined)[]) => shareBusinessContext(values);
    const shared = shareAttributes({ 'rpc.method': 'm' });
    const [theirs, ours] = both((tracer) => {
      const span = tracer.startSpan('step', { attributes: shared }).setAttributes(known('r', undefined, 'aurora'));
      span.setAttributes(known('r', 'b', 'borealis')).setAttributes(known(undefined, undefined, 'aurora', 'AUR-1'));
      span.setAttributes(known('r', 'b', 'aurora', 'AUR-1', 's')).end();
    });
    expect(content(ours)).toEqual(content(theirs));
    expect(encoded(ours).equals(encodedBySdk(ours))).toBe(true);
    expect(ours.attributes).toEqual({ ...shared, ...known('r', 'b', 'aurora', 'AUR-1', 's') });
  });

  it.each<TimeInput>([[1_700_000_000, 1], new Date(1_700_000_000_000), 1_700_000_000_000, performance.now()])(
    'starts and ends when it is told to (%s)',
    (time) => {
      const [theirs, ours] = both((tracer) => tracer.startSpan('step', { startTime: time }).end(time));
      expect(Math.abs(milliseconds(ours) - milliseconds(theirs))).toBeLessThan(5);
      expect(ours.duration).toEqual([0, 0]);
    },
  );

  it('never ends before it starts', () => {
    const [, ours] = both((tracer) => tracer.startSpan('step', { startTime: [2000, 0] }).end([1000, 0]));
    expect(ours.endTime).toEqual(ours.startTime);
  });

  it('has a parent and children in its trace, as in the SDK', () => {
    for (const parent of [linked, { ...linked, traceId: '0'.repeat(32) }]) {
      const [theirs, ours] = both((tracer) =>
        tracer.startSpan('step', {}, trace.setSpanContext(ROOT_CONTEXT, parent)).end(),
      );
      expect(ours.parentSpanContext).toEqual(theirs.parentSpanContext);
      expect(ours.spanContext().traceId === parent.traceId).toBe(theirs.spanContext().traceId === parent.traceId);
    }
  });

  it('is encoded with its times to the microsecond', () => {
    const [, ours] = both((tracer) => tracer.startSpan('step').end());
    const encoder = new BatchEncoder();
    for (let i = 0; i < 3; i++) encoder.add(ours);
    const { bytes, length } = encoder.take();
    expect(length).toBe(3);
    expect(Buffer.from(bytes).equals(ProtobufTraceSerializer.serializeRequest([ours, ours, ours])!)).toBe(true);
    expect(Math.abs(milliseconds(ours) - Date.now())).toBeLessThan(10_000);
  });
});

describe('a span that is none', () => {
  const end = (options: SpanOptions) => both((tracer) => tracer.startSpan('step', options).end(options.startTime))[1];

  it.each<SpanOptions>([
    { startTime: new Date(-5000) },
    { startTime: [-1, 0] },
    { links: [{ context: { ...linked, traceId: 'abc', spanId: '' } }] },
    { links: [{ context: { ...linked, traceId: linked.traceId.toUpperCase() } }] },
  ])('or has odd times and ids leaves the others of its batch readable: %j', (options) => {
    const encoder = new BatchEncoder();
    for (const each of [{}, options, {}]) expect(encoder.add(end(each))).toBe(true);
    const { bytes } = encoder.take();
    const decoded = decodeOtlpTraces(bytes) as { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] };
    expect(decoded.resourceSpans[0]?.scopeSpans.flatMap(({ spans }) => spans)).toHaveLength(3);
  });

  it('of upper-case ids only has them as the SDK would', () => {
    const [, ours] = both((tracer) => {
      const parent = { ...linked, traceId: 'ABCDEF0123456789'.repeat(2), spanId: 'FEDCBA9876543210' };
      tracer.startSpan('step', { links: [{ context: parent }] }, trace.setSpanContext(ROOT_CONTEXT, parent)).end();
    });
    expect(encoded(ours).equals(encodedBySdk(ours))).toBe(true);
  });
});

function encoded(span: ReadableSpan): Buffer {
  const encoder = new BatchEncoder();
  encoder.add(span);
  return Buffer.from(encoder.take().bytes);
}

function encodedBySdk(span: ReadableSpan): Buffer {
  return Buffer.from(ProtobufTraceSerializer.serializeRequest([checkSpan(span)])!);
}

function milliseconds(span: ReadableSpan): number {
  return span.startTime[0] * 1000 + span.startTime[1] / 1e6;
}

/** Where an exception was made is no matter of the span's. */
function withoutStacks(steps: (tracer: Tracer) => void): (tracer: Tracer) => void {
  return (tracer) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    steps(tracer);
    Error.stackTraceLimit = limit;
  };
}
