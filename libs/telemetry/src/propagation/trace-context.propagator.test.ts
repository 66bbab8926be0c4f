import {
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
  type SpanContext,
  type TextMapGetter,
} from '@opentelemetry/api';
import { suppressTracing, W3CTraceContextPropagator } from '@opentelemetry/core';
import { describe, expect, it } from 'vitest';
import { TraceContextPropagator } from './trace-context.propagator.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const VALID = `00-${TRACE_ID}-${SPAN_ID}-01`;

const lean = new TraceContextPropagator();
const stock = new W3CTraceContextPropagator();

type Headers = Record<string, string | string[]>;

function extract(propagator: TraceContextPropagator | W3CTraceContextPropagator, headers: Headers) {
  const found = trace.getSpanContext(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
  return found && { ...found, traceState: found.traceState?.serialize() };
}

function inject(propagator: TraceContextPropagator | W3CTraceContextPropagator, spanContext: SpanContext) {
  const headers: Record<string, string> = {};
  propagator.inject(trace.setSpanContext(ROOT_CONTEXT, spanContext), headers, defaultTextMapSetter);
  return headers;
}

/** Every version and every flags, every length, and every one of these characters at every place. */
function* traceParents(): Generator<string> {
  for (let byte = 0; byte < 0x100; byte++) {
    const hex = byte.toString(16).padStart(2, '0');
    yield `${hex}-${TRACE_ID}-${SPAN_ID}-01`;
    yield `${hex}-${TRACE_ID}-${SPAN_ID}-01-more`;
    yield `00-${TRACE_ID}-${SPAN_ID}-${hex}`;
  }
  for (let length = 0; length <= VALID.length; length++) {
    yield VALID.slice(0, length);
    yield VALID.slice(length);
    yield `${VALID}${VALID.slice(0, length)}`;
  }
  for (let at = 0; at < VALID.length; at++) {
    for (const character of [
      '0',
      'f',
      'g',
      'A',
      'F',
      '-',
      ' ',
      '/',
      ':',
      '@',
      '`',
      '\u00e9',
      '\u0130',
      '\u0661',
      '\0',
      '',
    ]) {
      yield `${VALID.slice(0, at)}${character}${VALID.slice(at + 1)}`;
      yield `${VALID.slice(0, at)}${character}${VALID.slice(at)}`;
    }
  }
  yield `00-${'0'.repeat(32)}-${SPAN_ID}-01`;
  yield `00-${TRACE_ID}-${'0'.repeat(16)}-01`;
  yield `01-${'0'.repeat(32)}-${SPAN_ID}-01-x`;
  for (const end of ['-', '-x', '.', '-01', ' '])
    yield* [`00-${TRACE_ID}-${SPAN_ID}-01${end}`, `cc-${TRACE_ID}-${SPAN_ID}-01${end}`];
  yield* [VALID.toUpperCase(), ` ${VALID}`, `${VALID} `, `\t${VALID}\t`, `${VALID},${VALID}`, `${VALID}, ${VALID}`, ''];
}

describe('TraceContextPropagator', () => {
  it('reads a traceparent as the stock propagator does, whatever it says', () => {
    const all = [...traceParents()];
    const answers = all.map((traceparent) => [traceparent, extract(lean, { traceparent })]);
    expect(answers).toEqual(all.map((traceparent) => [traceparent, extract(stock, { traceparent })]));
    // Both of it is there: a table of refusals alone would say nothing.
    expect(answers.filter(([, found]) => found).length).toBeGreaterThan(500);
    expect(answers.filter(([, found]) => !found).length).toBeGreaterThan(500);
  });

  it.each([
    ['one entry', 'vendor=value'],
    ['several headers', ['a=1', 'b=2']],
    ['33 entries', Array.from({ length: 33 }, (_, i) => `k${i}=v`).join(',')],
    ['more than 512 characters', Array.from({ length: 8 }, (_, i) => `k${i}=${'v'.repeat(100)}`).join(',')],
    ['keys that are none', 'Upper=1,=2,a b=3,ok=4,novalue'],
    ['a tenant', 'fw529a3039@dt=FfD,0tenant@v=1'],
    ['spaces', ' a=1 , b=2 '],
    ['nothing', ''],
    ['no header', []],
  ])('reads a tracestate as the stock propagator does: %s', (_, tracestate) => {
    const headers = { traceparent: VALID, tracestate };
    const state = extract(lean, headers)?.traceState ?? '';
    expect(state).toBe(extract(stock, headers)?.traceState ?? '');
    expect(state.length).toBeLessThanOrEqual(512);
    expect(state.split(',').length).toBeLessThanOrEqual(32);
  });

  it('does not read a tracestate without a traceparent', () => {
    expect(extract(lean, { tracestate: 'a=1' })).toBeUndefined();
    expect(extract(lean, { traceparent: 'none', tracestate: 'a=1' })).toBeUndefined();
  });

  it('takes no traceparent that is there twice, as the specification says and the stock propagator does not', () => {
    expect(extract(lean, { traceparent: [VALID, VALID] })).toBeUndefined();
    expect(extract(lean, { traceparent: [VALID] })).toEqual(extract(stock, { traceparent: [VALID] }));
  });

  it('keeps the trace there is where none is received', () => {
    const before = trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });
    const none: TextMapGetter = { get: () => undefined, keys: () => [] };
    expect(lean.extract(before, {}, none)).toBe(before);
    expect(lean.extract(before, { traceparent: 'x' }, defaultTextMapGetter)).toBe(before);
  });

  it.each<[string, Partial<SpanContext>]>([
    ['sampled', {}],
    ['not sampled', { traceFlags: 0 }],
    ['with a random trace id', { traceFlags: 3 }],
    ['with a tracestate', { traceState: createTraceState('a=1,b=2') }],
    ['without a trace', { traceId: '0'.repeat(32) }],
    ['without a span', { spanId: '0'.repeat(16) }],
    ['with ids that are too short', { traceId: TRACE_ID.slice(1) }],
    ['with ids that are too long', { spanId: `${SPAN_ID}0` }],
  ])('writes what the stock propagator does: a span %s', (_, part) => {
    const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, ...part };
    expect(inject(lean, spanContext)).toEqual(inject(stock, spanContext));
  });

  it('writes no id in upper case, which the next could not read', () => {
    expect(inject(lean, { traceId: TRACE_ID.toUpperCase(), spanId: SPAN_ID, traceFlags: 1 })).toEqual({});
  });

  it.each([0x10, 0xfd, 0xff])('writes two digits of flags, and of them what version 00 knows: %i', (traceFlags) => {
    const { traceparent } = inject(lean, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags });
    expect(traceparent).toBe(`00-${TRACE_ID}-${SPAN_ID}-0${traceFlags & 3}`);
  });

  it('writes no tracestate that is empty', () => {
    const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, traceState: createTraceState('') };
    expect(inject(lean, spanContext)).toEqual({ traceparent: VALID });
  });

  it('writes nothing where tracing is suppressed', () => {
    const headers = {};
    const ctx = trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });
    lean.inject(suppressTracing(ctx), headers, defaultTextMapSetter);
    expect(headers).toEqual({});
  });
});
