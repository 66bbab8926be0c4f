import { createContextKey, ROOT_CONTEXT, trace, type Context, type Span } from '@opentelemetry/api';
import type { RequestScope } from './request-scope.js';

const SCOPE = createContextKey('epro request scope');

/** The API keeps the key of a context's span to itself, and shows it to whoever is asked for the value. */
const SPAN = keyOfSpan();

function keyOfSpan(): symbol {
  let found: symbol | undefined;
  const spy: Context = {
    getValue: (key) => {
      found = key;
      return undefined;
    },
    setValue: () => spy,
    deleteValue: () => spy,
  };
  trace.getSpan(spy);
  if (!found) throw new Error('@opentelemetry/api no longer keeps the span in the context.');
  return found;
}

/**
 * A context with a place of its own for the two values that every step of a request needs, its span and its scope: the
 * API's own copies a map for each value that is added.
 */
class RequestContext implements Context {
  constructor(
    readonly span: Span | undefined,
    readonly scope: RequestScope | undefined,
    readonly rest: Context,
  ) {}

  getValue(key: symbol): unknown {
    if (key === SPAN) return this.span;
    return key === SCOPE ? this.scope : this.rest.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === SPAN) return new RequestContext(value as Span | undefined, this.scope, this.rest);
    if (key === SCOPE) return new RequestContext(this.span, value as RequestScope | undefined, this.rest);
    return new RequestContext(this.span, this.scope, this.rest.setValue(key, value));
  }

  deleteValue(key: symbol): Context {
    if (key === SPAN || key === SCOPE) return this.setValue(key, undefined);
    return new RequestContext(this.span, this.scope, this.rest.deleteValue(key));
  }
}

/** Where a request begins: {@link ROOT_CONTEXT} in a form that costs less to add to. */
export const EMPTY_CONTEXT: Context = new RequestContext(undefined, undefined, ROOT_CONTEXT);

export function scopeOf(ctx: Context): RequestScope | undefined {
  return ctx.getValue(SCOPE) as RequestScope | undefined;
}

export function withScope(ctx: Context, scope: RequestScope): Context {
  if (ctx instanceof RequestContext) return new RequestContext(ctx.span, scope, ctx.rest);
  return new RequestContext(trace.getSpan(ctx), scope, ctx);
}
