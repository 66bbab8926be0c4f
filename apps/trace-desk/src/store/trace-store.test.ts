import { describe, expect, it } from 'vitest';
import { request, traceId, type SpanSketch } from '../../test/support/otlp-request.js';
import { decodeSpan } from '../otlp/decode-span.js';
import { OtlpFormatError } from '../otlp/otlp-format.error.js';
import { TraceStore } from './trace-store.js';

const MEGABYTE = 1024 * 1024;
const roomy = { maxTraces: 1000, maxBytes: 64 * MEGABYTE };

const namesIn = (store: TraceStore, trace: number) =>
  [...(store.get(traceId(trace))?.spans ?? [])].map(({ bytes }) => decodeSpan(bytes).name);
const tracesIn = (store: TraceStore) => store.newestFirst().map(({ id }) => Number.parseInt(id.slice(16), 16));

describe('TraceStore', () => {
  it('joins spans of one trace that come in different requests, from different services', () => {
    const store = new TraceStore(roomy);
    store.ingest(request({ gateway: [{ id: 1, name: 'a' }], auth: [{ id: 2, name: 'b' }] }));
    store.ingest(request({ other: [{ trace: 2, id: 3 }] }));
    store.ingest(request({ storage: [{ id: 4, name: 'late' }] }));
    expect(namesIn(store, 1)).toEqual(['a', 'b', 'late']);
    expect([...store.get(traceId(1))!.spans].map(({ origin }) => store.origin(origin).service)).toEqual([
      'gateway',
      'auth',
      'storage',
    ]);
    expect(tracesIn(store)).toEqual([2, 1]);
    expect(store.statistics).toMatchObject({ traces: 2, spans: 4, evictedTraces: 0 });
  });

  it('drops whole traces, the oldest first, when there are too many', () => {
    const store = new TraceStore({ ...roomy, maxTraces: 2 });
    for (const trace of [1, 2, 3])
      store.ingest(
        request({
          gateway: [
            { trace, id: 1 },
            { trace, id: 2 },
          ],
        }),
      );
    expect(tracesIn(store)).toEqual([3, 2]);
    expect(store.statistics).toMatchObject({ traces: 2, spans: 4, evictedTraces: 1 });
  });

  it('drops whole traces, the oldest first, when they take too much memory', () => {
    const store = new TraceStore({ ...roomy, maxBytes: 200_000 });
    for (let trace = 1; trace <= 50; trace++)
      store.ingest(request({ gateway: [{ trace, id: 1, attributes: { text: 'x'.repeat(10_000) } }] }));
    const kept = tracesIn(store);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 50 - index));
    expect(kept.length).toBeGreaterThan(10);
    expect(store.statistics.bytes).toBeLessThanOrEqual(200_000);
  });

  it('lets no single trace push out the others', () => {
    const store = new TraceStore({ ...roomy, maxBytes: 400_000 });
    store.ingest(request({ gateway: [{ trace: 1, id: 1 }] }));
    const outcomes = Array.from({ length: 30 }, (_, id) =>
      store.ingest(request({ runaway: [{ trace: 2, id: id + 1, attributes: { text: 'x'.repeat(10_000) } }] })),
    );
    expect(tracesIn(store)).toEqual([2, 1]);
    expect(outcomes[0]).toEqual({ rejected: 0, reason: '' });
    expect(outcomes.at(-1)).toEqual({ rejected: 1, reason: '1 spans belong to a trace that has no more room' });
    expect(store.statistics.rejectedSpans).toBe(outcomes.filter(({ rejected }) => rejected === 1).length);
  });

  it('refuses spans without an id and stores the others', () => {
    const store = new TraceStore(roomy);
    const spans: SpanSketch[] = [{ trace: 0, id: 1 }, { id: 0 }, { id: 1, name: 'good' }];
    expect(store.ingest(request({ gateway: spans }))).toEqual({
      rejected: 2,
      reason: '2 spans have no trace id or no span id',
    });
    expect(namesIn(store, 1)).toEqual(['good']);
  });

  it('stores nothing of a request that cannot be read to its end', () => {
    const store = new TraceStore(roomy);
    const good = request({ gateway: [{ id: 1 }] });
    expect(() => store.ingest(Buffer.concat([good, Buffer.from([0x0a, 0x05, 1])]))).toThrow(OtlpFormatError);
    expect(store.statistics).toMatchObject({ traces: 0, spans: 0, bytes: 0 });
    expect(store.catalog.services()).toEqual([]);
  });

  it('knows the services and operations of what is stored, and forgets them with it', () => {
    const store = new TraceStore({ ...roomy, maxTraces: 1 });
    store.ingest(
      request({ old: [{ trace: 1, id: 1, name: 'gone' }], gateway: [{ trace: 1, id: 2, name: 'gone too' }] }),
    );
    store.ingest(
      request({
        gateway: [
          { trace: 2, id: 1, name: 'submit', kind: 2 },
          { trace: 2, id: 2, name: 'submit', kind: 2 },
          { trace: 2, id: 3, name: 'step', kind: 0 },
        ],
      }),
    );
    expect(store.catalog.services()).toEqual(['gateway']);
    expect(store.catalog.operations('gateway')).toEqual([
      { name: 'step', spanKind: '' },
      { name: 'submit', spanKind: 'server' },
    ]);
    expect(store.catalog.operations('gateway', 'server')).toEqual([{ name: 'submit', spanKind: 'server' }]);
  });

  it('forgets the resources of what it drops', () => {
    const store = new TraceStore({ ...roomy, maxTraces: 1 });
    store.ingest(
      request({
        old: [
          { trace: 1, id: 1 },
          { trace: 1, id: 2 },
        ],
      }),
    );
    const { origin } = [...store.get(traceId(1))!.spans][0]!;
    expect(store.origin(origin).service).toBe('old');
    store.ingest(request({ gateway: [{ trace: 2, id: 1 }] }));
    expect(() => store.origin(origin)).toThrow(RangeError);
  });

  it('has room for several thousand traces of 25 spans in the default 64 MB', () => {
    const store = new TraceStore({ maxTraces: 20_000, maxBytes: 64 * MEGABYTE });
    const services = ['gateway', 'auth', 'validation', 'storage', 'analysis'];
    const attributes = (trace: number) => ({
      'tenant.id': 'aurora',
      'patient.id': `AUR-${trace % 7}`,
      'request.id': traceId(trace),
      'rpc.method': 'epro.storage.v1.StorageService/SaveSubmission',
      'db.query.text': 'INSERT INTO storage.submission (tenant_id, id, version, body) VALUES ($1, $2, $3, $4)',
      'server.port': 50_053,
    });
    for (let trace = 1; trace <= 500; trace++) {
      const of = (service: number) =>
        [1, 2, 3, 4, 5].map((step) => ({ trace, id: service * 10 + step, attributes: attributes(trace) }));
      store.ingest(request(Object.fromEntries(services.map((name, index) => [name, of(index)]))));
    }
    expect(store.statistics).toMatchObject({ traces: 500, spans: 12_500, evictedTraces: 0 });
    expect(store.statistics.bytes * 10).toBeLessThan(64 * MEGABYTE);
  });
});
