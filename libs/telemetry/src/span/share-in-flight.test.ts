import { context, ROOT_CONTEXT, SpanStatusCode } from '@opentelemetry/api';
import { beforeEach, describe, expect, it } from 'vitest';
import { currentRequest, RequestScope, withScope } from '../context/request-scope.js';
import { startTestTelemetry } from '../testing/index.js';
import { shareInFlight } from './share-in-flight.js';
import { withSpan } from './with-span.js';

const telemetry = startTestTelemetry();
beforeEach(() => telemetry.reset());

const asRequest = <T>(name: string, fn: () => T): T =>
  context.with(withScope(ROOT_CONTEXT, new RequestScope({ requestId: name })), () => withSpan(name, fn));
const spansOf = (request: string) => telemetry.spans().filter(({ attributes }) => attributes['request.id'] === request);

describe('shareInFlight', () => {
  it('does the work once, in the request that came first; the others wait in their own, linked to it', async () => {
    let times = 0;
    const load = shareInFlight('load', async (id: string) => {
      times += 1;
      await new Promise(setImmediate);
      withSpan('query', () => {});
      return id.toUpperCase();
    });
    const ask = (name: string) => asRequest(name, async () => [await load('x'), currentRequest().requestId] as const);
    expect(await Promise.all(['a', 'b', 'c'].map(ask))).toEqual([
      ['X', 'a'],
      ['X', 'b'],
      ['X', 'c'],
    ]);
    expect(times).toBe(1);
    expect(spansOf('a').map(({ name }) => name)).toEqual(['query', 'load', 'a']);
    const work = spansOf('a')[1]!.spanContext();
    for (const name of ['b', 'c']) {
      const [wait, request] = spansOf(name);
      expect([wait?.name, wait?.parentSpanContext?.spanId]).toEqual(['load', request?.spanContext().spanId]);
      expect(wait?.links.map((link) => link.context.spanId)).toEqual([work.spanId]);
    }
  });

  it('keeps apart what is not the same, and keeps nothing once it is done', async () => {
    const seen: string[] = [];
    const load = shareInFlight('load', (id: string) => {
      seen.push(id);
      return Promise.resolve();
    });
    await Promise.all([load('x'), load('y')]);
    await load('x');
    expect(seen).toEqual(['x', 'y', 'x']);
  });

  it('fails for all that wait, each on its own span, and is tried again by the next', async () => {
    let times = 0;
    const load = shareInFlight('load', () =>
      (times += 1) === 1 ? Promise.reject(new RangeError()) : Promise.resolve(),
    );
    const results = await Promise.allSettled(['a', 'b'].map((name) => asRequest(name, load)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    for (const span of telemetry.spans()) expect(span.status.code).toBe(SpanStatusCode.ERROR);
    await expect(load()).resolves.toBeUndefined();
  });
});
