import { context, ROOT_CONTEXT, SpanKind, trace, type Link } from '@opentelemetry/api';
import { linksTo, type ContextCarrier } from '../context/carrier.js';
import type { ItemInContext } from '../context/item-context.js';
import { RequestScope, withScope } from '../context/request-scope.js';
import { tracer } from '../sdk/telemetry.js';
import { endWithError, followResult } from './follow-result.js';

export interface DetachedOptions {
  /** The requests that it is done for, each linked. Without this: the one in which it is called, if there is one. */
  for?: Iterable<ContextCarrier | ItemInContext<unknown>>;
}

/**
 * Runs work that is no part of the request it happens to be started from, each run as a trace of its own: a tick of a
 * timer, a scheduled or background job. Its trace links to where it comes from, and its root names it.
 *
 * ```ts
 * setInterval(() => runDetached('sweep missed diaries', () => this.sweep()), HOUR);
 * ```
 *
 * @param name low cardinality, never an id
 */
export function runDetached<T>(name: string, fn: () => T, options: DetachedOptions = {}): T {
  const links = options.for ? linksTo(options.for) : linkToCurrent();
  const start = () => {
    const scope = new RequestScope();
    const base = withScope(ROOT_CONTEXT, scope);
    const span = tracer().startSpan(name, { kind: SpanKind.INTERNAL, links }, base);
    scope.entrySpan = span;
    scope.traceId = span.spanContext().traceId;
    return { span, active: trace.setSpan(base, span) };
  };
  const { span, active } = start();
  try {
    return followResult(context.with(active, fn), span, active, start);
  } catch (error) {
    return endWithError(span, error);
  }
}

function linkToCurrent(): Link[] {
  const current = trace.getActiveSpan()?.spanContext();
  return current ? [{ context: current }] : [];
}
