import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { bufferCount, concatMap, debounceTime, delay, lastValueFrom, map, of, shareReplay, Subject } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { runDetached } from '../span/run-detached.js';
import { withSpan } from '../span/with-span.js';
import { startTestTelemetry } from '../testing/index.js';
import { inItemContext, inSubscriberContext, withItemContext, type ItemInContext } from './item-context.js';
import { currentRequest, RequestScope, withScope } from './request-scope.js';

const telemetry = startTestTelemetry();
beforeEach(() => telemetry.reset());

const asRequest = <T>(name: string, fn: () => T): T =>
  context.with(withScope(ROOT_CONTEXT, new RequestScope({ requestId: name })), () => withSpan(name, fn));
const step = (name: string) => withSpan(name, () => {});
/** Each request emits an item that is named like it. */
const emit = (items: Subject<string>, ...names: string[]) => {
  for (const name of names) asRequest(name, () => items.next(name));
};
const isPartOf = (child: string, request: string) => {
  const [inner, outer] = [telemetry.span(child), telemetry.span(request)];
  expect([inner.parentSpanContext?.spanId, inner.attributes['request.id']]).toEqual([
    outer.spanContext().spanId,
    request,
  ]);
};

describe('each item is handled in the request that it came from', () => {
  it('one after the other (concatMap), by what the projected Observable does too', async () => {
    const items = new Subject<string>();
    const handled = lastValueFrom(
      items.pipe(
        withItemContext(),
        concatMap(
          inItemContext((item) => {
            step(`project ${item}`);
            return of(item).pipe(
              delay(1),
              map(() => step(`subscribed ${item}`)),
            );
          }),
        ),
      ),
    );
    emit(items, 'a', 'b');
    items.complete();
    await handled;
    for (const name of ['a', 'b']) {
      isPartOf(`project ${name}`, name);
      isPartOf(`subscribed ${name}`, name);
    }
  });

  it('the last one where only it is left (debounceTime)', async () => {
    const items = new Subject<string>();
    const handled = lastValueFrom(
      items.pipe(withItemContext(), debounceTime(1), map(inItemContext((item) => step(`handled ${item}`)))),
    );
    emit(items, 'a', 'b');
    await new Promise((resolve) => setTimeout(resolve, 5));
    items.complete();
    await handled;
    isPartOf('handled b', 'b');
  });

  it('a batch in none of them: a trace of its own, linked to each', async () => {
    const items = new Subject<string>();
    const handled = lastValueFrom(
      items.pipe(
        withItemContext(),
        bufferCount(2),
        map((batch: ItemInContext<string>[]) =>
          runDetached('batch', () => batch.map(({ value }) => value), { for: batch }),
        ),
      ),
    );
    emit(items, 'a', 'b');
    items.complete();
    expect(await handled).toEqual(['a', 'b']);
    const batch = telemetry.span('batch');
    expect(batch.parentSpanContext).toBeUndefined();
    expect(batch.links.map((link) => link.context.spanId)).toEqual(
      ['a', 'b'].map((name) => telemetry.span(name).spanContext().spanId),
    );
  });
});

describe('inSubscriberContext', () => {
  it('gives each subscriber of a shared source its values in its own request (shareReplay)', () => {
    const source = new Subject<string>();
    const shared = source.pipe(shareReplay(1), inSubscriberContext());
    const heard: Record<string, string[]> = { a: [], b: [] };
    for (const name of ['a', 'b'])
      asRequest(name, () => {
        shared.subscribe({
          next: () => heard[name]!.push(currentRequest().requestId),
          complete: () => heard[name]!.push(currentRequest().requestId),
        });
      });
    asRequest('c', () => source.next('value'));
    asRequest('d', () => source.complete());
    expect(heard).toEqual({ a: ['a', 'a'], b: ['b', 'b'] });
  });
});
