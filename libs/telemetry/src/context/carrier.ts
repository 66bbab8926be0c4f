import {
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type Link,
} from '@opentelemetry/api';
import type { ItemInContext } from './item-context.js';

/** A request's context in a form that can be stored and sent: `traceparent`, `tracestate`, allow-listed `baggage`. */
export type ContextCarrier = Readonly<Record<string, string>>;

/** What goes along with work that is done elsewhere or later: in a message's headers, a job's row, a worker's data. */
export function captureContext(): ContextCarrier {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier, defaultTextMapSetter);
  return carrier;
}

/**
 * Runs `fn` as a part of the request that the carrier was captured in. One that is empty or cannot be read is no
 * reason not to run it: `fn` then belongs to no request.
 */
export function runInContext<T>(carrier: ContextCarrier, fn: () => T): T {
  return context.with(propagation.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter), fn);
}

/** Links to the requests that these carriers or items come from, for work that is done for several at once. */
export function linksTo(origins: Iterable<ContextCarrier | ItemInContext<unknown>>): Link[] {
  const links: Link[] = [];
  for (const origin of origins) {
    const spanContext = trace.getSpanContext(contextOf(origin));
    if (spanContext) links.push({ context: spanContext });
  }
  return links;
}

function contextOf(origin: ContextCarrier | ItemInContext<unknown>): Context {
  return typeof origin.context === 'object'
    ? origin.context
    : propagation.extract(ROOT_CONTEXT, origin, defaultTextMapGetter);
}
