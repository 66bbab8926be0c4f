import { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { beforeEach, expect, it, vi } from 'vitest';
import { startTestTelemetry } from '../testing/index.js';
import { detachedListener } from './detached-listener.js';
import { withSpan } from './with-span.js';

const telemetry = startTestTelemetry();
beforeEach(() => telemetry.reset());

it.each(['at once', 'later'])(
  'a listener is a trace of its own, and keeps its failure to itself (%s)',
  async (when) => {
    const lines: unknown[] = [];
    const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation((error: unknown) => {
      lines.push([error, trace.getActiveSpan()?.spanContext().spanId]);
    });
    const emitter = new EventEmitter();
    const failure = new RangeError('words');
    const heard: unknown[] = [];
    emitter.on(
      'saved',
      detachedListener('notify', async (...what: [string, number]) => {
        heard.push(...what);
        if (when === 'later') await new Promise(setImmediate);
        withSpan('step', () => {});
        throw failure;
      }),
    );
    withSpan('request', () => emitter.emit('saved', 'x', 1));
    const notify = await vi.waitFor(() => telemetry.span('notify'));
    const request = telemetry.span('request');
    expect(heard).toEqual(['x', 1]);
    expect(notify.parentSpanContext).toBeUndefined();
    expect(notify.links.map(({ context }) => context.spanId)).toEqual([request.spanContext().spanId]);
    expect(telemetry.span('step').parentSpanContext?.spanId).toBe(notify.spanContext().spanId);
    expect([notify.status.code, notify.attributes['error.type']]).toEqual([SpanStatusCode.ERROR, 'RangeError']);
    expect(request.status.code).toBe(SpanStatusCode.UNSET);
    expect(lines).toEqual([[failure, notify.spanContext().spanId]]);
    logged.mockRestore();
  },
);
