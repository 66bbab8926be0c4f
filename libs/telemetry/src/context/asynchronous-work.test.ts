import { EventEmitter, once } from 'node:events';
import { PassThrough, Transform } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { concatMap, delay, of, Subject } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { runDetached } from '../span/run-detached.js';
import { withSpan } from '../span/with-span.js';
import { startTestTelemetry } from '../testing/index.js';
import { bindContext } from './bind-context.js';
import { captureContext, linksTo, runInContext, type ContextCarrier } from './carrier.js';
import { currentRequest, RequestScope, withScope } from './request-scope.js';
import { setBusinessContext } from './set-business-context.js';

const telemetry = startTestTelemetry();
beforeEach(() => telemetry.reset());

const asRequest = <T>(name: string, fn: () => T): T =>
  context.with(withScope(ROOT_CONTEXT, new RequestScope({ requestId: name })), () => withSpan(name, fn));
const step = (name: string) => withSpan(name, () => {});
const isPartOf = (child: string, request: string) => {
  const [inner, outer] = [telemetry.span(child), telemetry.span(request)];
  expect([inner.parentSpanContext?.spanId, inner.attributes['request.id']]).toEqual([
    outer.spanContext().spanId,
    request,
  ]);
};

describe('a context carrier', () => {
  it('restores trace and request after it was stored as JSON', () => {
    const row = asRequest('a', () => {
      setBusinessContext({ tenantId: 'aurora' });
      return JSON.stringify(captureContext());
    });
    expect(JSON.parse(row)).toEqual({
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/) as string,
      baggage: 'request.id=a,tenant.id=aurora',
    });
    const ids = runInContext(JSON.parse(row) as ContextCarrier, () => {
      step('job');
      return currentRequest();
    });
    expect(ids).toEqual({ requestId: 'a', traceId: telemetry.span('a').spanContext().traceId });
    isPartOf('job', 'a');
    expect(telemetry.span('job').attributes['tenant.id']).toBe('aurora');
  });

  it.each<ContextCarrier>([
    {},
    { traceparent: 'garbage' },
    { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`, baggage: '%' },
  ])('that cannot be read (%j) runs the work in a trace of its own', (carrier) => {
    runInContext(carrier, () => step('job'));
    expect(telemetry.span('job').parentSpanContext).toBeUndefined();
  });

  it('goes with the data of a worker thread and comes back with its answer', async () => {
    const worker = new Worker(
      'require("worker_threads").parentPort.once("message", (m) => require("worker_threads").parentPort.postMessage(m))',
      {
        eval: true,
      },
    );
    asRequest('a', () => worker.postMessage({ carrier: captureContext() }));
    const [{ carrier }] = (await once(worker, 'message')) as [{ carrier: ContextCarrier }];
    runInContext(carrier, () => step('answer'));
    isPartOf('answer', 'a');
  });

  it('of each message of a batch becomes a link', () => {
    const carriers = ['a', 'b'].map((name) => asRequest(name, captureContext));
    const linked = linksTo([...carriers, {}]).map((link) => link.context.spanId);
    expect(linked).toEqual(['a', 'b'].map((name) => telemetry.span(name).spanContext().spanId));
  });
});

describe('bindContext', () => {
  it('keeps each caller of a limiter in its own request', () => {
    const queue: (() => void)[] = [];
    for (const name of ['a', 'b']) asRequest(name, () => queue.push(bindContext(() => step(`of ${name}`))));
    asRequest('c', () => queue.forEach((job) => job()));
    for (const name of ['a', 'b']) isPartOf(`of ${name}`, name);
  });

  it('gives a listener the request in which it listens, and passes its arguments', () => {
    const emitter = new EventEmitter();
    const heard: unknown[] = [];
    asRequest('a', () =>
      emitter.on(
        'event',
        bindContext((...args: unknown[]) => {
          heard.push(...args);
          step('heard');
        }),
      ),
    );
    asRequest('b', () => emitter.emit('event', 1, 2));
    expect(heard).toEqual([1, 2]);
    isPartOf('heard', 'a');
  });

  it('gives a stream that is fed from elsewhere its own request', async () => {
    const source = new PassThrough();
    const stream = asRequest('a', () => {
      const transform = bindContext((chunk: Buffer, done: (error: null, data: Buffer) => void) => {
        step('chunk');
        done(null, chunk);
      });
      return source.pipe(new Transform({ transform: (chunk: Buffer, _encoding, done) => transform(chunk, done) }));
    });
    asRequest('b', () => source.end('data'));
    stream.resume();
    await once(stream, 'end');
    isPartOf('chunk', 'a');
  });

  it('keeps each item of a Subject in the request that put it there, whoever started the one before', async () => {
    const items = new Subject<() => void>();
    const done = Promise.withResolvers<void>();
    items
      .pipe(concatMap((item) => of(item).pipe(delay(1))))
      .subscribe({ next: (item) => item(), complete: () => done.resolve() });
    for (const name of ['a', 'b']) asRequest(name, () => items.next(bindContext(() => step(`item of ${name}`))));
    items.complete();
    await done.promise;
    for (const name of ['a', 'b']) isPartOf(`item of ${name}`, name);
  });
});

describe('runDetached', () => {
  it('is a trace of its own for each tick of a timer, linked to where it was started', async () => {
    const ticks = Promise.withResolvers<void>();
    let count = 0;
    asRequest('a', () => {
      const timer = setInterval(() => {
        runDetached('tick', () => step(`work ${(count += 1)}`));
        if (count < 2) return;
        clearInterval(timer);
        ticks.resolve();
      }, 1);
    });
    await ticks.promise;
    const roots = telemetry.spans().filter(({ name }) => name === 'tick');
    const request = telemetry.span('a').spanContext();
    expect(new Set(roots.map((root) => root.spanContext().traceId)).size).toBe(2);
    for (const root of roots) {
      expect(root.parentSpanContext).toBeUndefined();
      expect(root.spanContext().traceId).not.toBe(request.traceId);
      expect(root.attributes).not.toHaveProperty('request.id');
      expect(root.links.map((link) => link.context.spanId)).toEqual([request.spanId]);
    }
    expect(telemetry.span('work 1').parentSpanContext?.spanId).toBe(roots[0]?.spanContext().spanId);
  });

  it('links a batch to every request it is for, and has ids of its own', async () => {
    const carriers = ['a', 'b'].map((name) => asRequest(name, captureContext));
    const ids = await runDetached('batch', () => Promise.resolve(currentRequest()), { for: carriers });
    const batch = telemetry.span('batch');
    expect(ids.traceId).toBe(batch.spanContext().traceId);
    expect(batch.links.map((link) => link.context.traceId)).toEqual(
      ['a', 'b'].map((name) => telemetry.span(name).spanContext().traceId),
    );
  });
});
