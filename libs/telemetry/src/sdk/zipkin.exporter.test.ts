import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it } from 'vitest';
import { startHttpTraceReceiver, type TraceReceiver } from '../../test/support/trace-receivers.js';
import { toZipkinSpan } from './zipkin-span.js';
import { ZipkinSpanExporter } from './zipkin.exporter.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

function spanWith(part: Partial<ReadableSpan> = {}): ReadableSpan {
  return {
    name: 'epro.storage.v1.StorageService/SaveSubmission',
    kind: SpanKind.CLIENT,
    spanContext: () => ({ traceId: TRACE_ID, spanId: '00f067aa0ba902b7', traceFlags: TraceFlags.SAMPLED }),
    parentSpanContext: { traceId: TRACE_ID, spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED },
    startTime: [1_700_000_000, 123_456_789],
    endTime: [1_700_000_000, 125_956_789],
    duration: [0, 2_500_000],
    ended: true,
    status: { code: SpanStatusCode.UNSET },
    attributes: {},
    events: [],
    links: [],
    resource: resourceFromAttributes({ 'service.name': 'epro-gateway', 'service.version': '1.2.3', 'process.pid': 7 }),
    instrumentationScope: { name: '@epro/telemetry' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...part,
  };
}

describe('toZipkinSpan', () => {
  it('has ids, times in microseconds, both ends and tags as Zipkin wants them', () => {
    const attributes = { 'server.address': 'storage', 'server.port': 50051, ok: true, roles: ['a', 'b'] };
    expect(toZipkinSpan(spanWith({ attributes }))).toEqual({
      traceId: TRACE_ID,
      id: '00f067aa0ba902b7',
      parentId: 'b7ad6b7169203331',
      name: 'epro.storage.v1.StorageService/SaveSubmission',
      kind: 'CLIENT',
      timestamp: 1_700_000_000_123_457,
      duration: 2500,
      localEndpoint: { serviceName: 'epro-gateway' },
      remoteEndpoint: { serviceName: 'storage', port: 50051 },
      tags: {
        'service.version': '1.2.3',
        'process.pid': '7',
        'server.address': 'storage',
        'server.port': '50051',
        ok: 'true',
        roles: '["a","b"]',
        'otel.scope.name': '@epro/telemetry',
      },
      annotations: [],
    });
  });

  it.each([
    [SpanKind.SERVER, 'SERVER'],
    [SpanKind.PRODUCER, 'PRODUCER'],
    [SpanKind.CONSUMER, 'CONSUMER'],
    [SpanKind.INTERNAL, undefined],
  ])('says what kind of span it is: %i', (kind, expected) => {
    expect(toZipkinSpan(spanWith({ kind })).kind).toBe(expected);
  });

  it('leaves out the parent of a root, and has no span without time', () => {
    const { parentId, duration } = toZipkinSpan(spanWith({ parentSpanContext: undefined, duration: [0, 10] }));
    expect([parentId, duration]).toEqual([undefined, 1]);
  });

  it.each([
    ['its error type where it has no text', { 'error.type': 'INTERNAL' }, undefined, 'INTERNAL'],
    ['its text', { 'error.type': 'INTERNAL' }, 'refused', 'refused'],
    ['nothing else', {}, undefined, ''],
  ])('marks a span that failed, with %s', (_, attributes, message, error) => {
    const status = { code: SpanStatusCode.ERROR, message };
    expect(toZipkinSpan(spanWith({ status, attributes })).tags).toMatchObject({ 'otel.status_code': 'ERROR', error });
  });

  it('marks no span as failed that has not', () => {
    expect(toZipkinSpan(spanWith({ status: { code: SpanStatusCode.OK } })).tags).toMatchObject({
      'otel.status_code': 'OK',
    });
    for (const code of [SpanStatusCode.OK, SpanStatusCode.UNSET]) {
      expect(toZipkinSpan(spanWith({ status: { code } })).tags).not.toHaveProperty('error');
    }
  });

  it('keeps what an event says', () => {
    const time: [number, number] = [1_700_000_000, 124_000_000];
    const events = [
      { name: 'exception', time, attributes: { 'exception.type': 'RangeError' } },
      { name: 'retried', time },
    ];
    expect(toZipkinSpan(spanWith({ events })).annotations).toEqual([
      { timestamp: 1_700_000_000_124_000, value: '"exception": {"exception.type":"RangeError"}' },
      { timestamp: 1_700_000_000_124_000, value: 'retried' },
    ]);
  });

  it('says what was too much', () => {
    const part = { droppedAttributesCount: 1, droppedEventsCount: 2, droppedLinksCount: 3 };
    expect(toZipkinSpan(spanWith(part)).tags).toMatchObject({
      'otel.dropped_attributes_count': '1',
      'otel.dropped_events_count': '2',
      'otel.dropped_links_count': '3',
    });
  });
});

describe('ZipkinSpanExporter', () => {
  let receiver: TraceReceiver | undefined;
  afterEach(() => receiver?.stop());

  async function exporterTo(answer: () => number | 'hang', timeoutMillis = 5000) {
    receiver = await startHttpTraceReceiver(answer);
    const exporter = new ZipkinSpanExporter({ endpoint: `${receiver.url}/api/v2/spans`, timeoutMillis });
    const send = () => new Promise<ExportResult>((resolve) => exporter.export([spanWith()], resolve));
    return { exporter, send };
  }

  it('gives up on a backend that hangs, and then waits for it no more', async () => {
    const { exporter, send } = await exporterTo(() => 'hang', 100);
    expect(await send()).toMatchObject({ code: ExportResultCode.FAILED, error: { name: 'TimeoutError' } });
    await exporter.forceFlush();
    await exporter.shutdown();
  });

  it.each([400, 500, 503])('has failed with status %i, and goes on when it is over', async (status) => {
    let answer = status;
    const { send } = await exporterTo(() => answer);
    expect(await send()).toMatchObject({ code: ExportResultCode.FAILED, error: { code: status } });
    answer = 202;
    expect(await send()).toEqual({ code: ExportResultCode.SUCCESS });
  });

  it('has failed where nobody listens, and says why', async () => {
    const { send } = await exporterTo(() => 202);
    await receiver!.stop();
    expect(await send()).toMatchObject({ code: ExportResultCode.FAILED, error: { code: 'ECONNREFUSED' } });
  });

  it('waits at its end for what is being sent, and takes nothing after it', async () => {
    const { exporter, send } = await exporterTo(() => 202);
    const sending = send();
    let isSent = false;
    void sending.then(() => (isSent = true));
    await exporter.shutdown();
    expect(isSent).toBe(true);
    expect(await send()).toMatchObject({ code: ExportResultCode.FAILED });
    expect(receiver!.received).toHaveLength(1);
  });
});
