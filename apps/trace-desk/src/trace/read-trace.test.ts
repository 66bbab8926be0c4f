import { describe, expect, it } from 'vitest';
import { request, spanId, traceId, type SpanSketch } from '../../test/support/otlp-request.js';
import { TraceStore } from '../store/trace-store.js';
import { readTrace } from './read-trace.js';
import { summarizeTrace } from './summarize-trace.js';

function stored(...requests: Record<string, SpanSketch[]>[]) {
  const store = new TraceStore({ maxTraces: 10, maxBytes: 1e8 });
  for (const services of requests) store.ingest(request(services));
  return (raw = false) => readTrace(store.get(traceId(1))!, (id) => store.origin(id), raw);
}

describe('readTrace', () => {
  it('gives a span once that was sent twice', () => {
    const batch = { gateway: [{ id: 1 }, { id: 2, parent: 1 }] };
    const read = stored(batch, batch);
    expect(read().map(({ span }) => span.name)).toEqual(['step 1', 'step 2']);
    expect(read().flatMap(({ warnings }) => warnings)).toEqual([]);
    expect(read(true)).toHaveLength(4);
  });

  it('keeps and marks different spans with one id', () => {
    const read = stored({ gateway: [{ id: 1 }, { id: 1, name: 'other' }] });
    expect(read().map(({ span, warnings }) => [span.name, warnings])).toEqual([
      ['step 1', []],
      ['other', ['duplicate span IDs; skipping clock skew adjustment']],
    ]);
  });

  it('marks a span whose parent is missing', () => {
    const [orphan] = stored({ gateway: [{ id: 2, parent: 9 }] })();
    expect(orphan!.warnings).toEqual([
      `parent span ID=${spanId(9)} is not in the trace; skipping clock skew adjustment`,
    ]);
  });

  it('puts the end of a span right that ended before it began', () => {
    const read = stored({ gateway: [{ id: 1, from: 10, takes: -5 }] });
    const [{ span, warnings }] = read() as [ReturnType<typeof read>[number]];
    expect(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)).toBe(1n);
    expect(warnings).toEqual(['Negative duration detected, sanitizing end timestamp.']);
  });

  it('leaves out links that lead nowhere', () => {
    const links = [
      { trace: 0, id: 1 },
      { trace: 7, id: 8 },
    ];
    const [read] = stored({ gateway: [{ id: 1, links }] })();
    expect(read!.span.links).toMatchObject([{ traceId: traceId(7), spanId: spanId(8) }]);
    expect(read!.warnings).toEqual(['Invalid span link removed']);
  });
});

describe('summarizeTrace', () => {
  it('names the root, counts spans, errors and orphans, and says whom the trace is about', () => {
    const about = { 'patient.id': 'AUR-0001', 'tenant.id': 'aurora', 'request.id': 'r1' };
    const read = stored({
      auth: [
        { id: 4, parent: 9, from: 0, takes: 1, error: true },
        { id: 5, parent: 4, from: 0, takes: 1 },
      ],
      gateway: [
        { id: 2, parent: 1, from: 2, takes: 5, attributes: about },
        { id: 1, name: 'submit', from: 1, takes: 20, attributes: about },
      ],
    });
    const summary = summarizeTrace(read());
    expect(summary).toMatchObject({
      rootService: 'gateway',
      rootOperation: 'submit',
      spanCount: 4,
      errorSpanCount: 1,
      orphanSpanCount: 1,
      services: [
        { name: 'auth', spanCount: 2, errorSpanCount: 1 },
        { name: 'gateway', spanCount: 2, errorSpanCount: 0 },
      ],
      subjects: { patients: ['AUR-0001'], tenants: ['aurora'], requests: ['r1'] },
    });
    expect(summary.end - summary.start).toBe(21_000_000n);
  });

  it('names no root while it has not arrived', () => {
    expect(summarizeTrace(stored({ auth: [{ id: 4, parent: 9 }] })())).toMatchObject({
      rootService: '',
      rootOperation: '',
    });
  });
});
