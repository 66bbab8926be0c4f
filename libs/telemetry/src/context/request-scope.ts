import { context, createContextKey, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { BUSINESS_FIELDS, isIdentifier, type BusinessContext, type BusinessField } from './business-fields.js';

const SCOPE = createContextKey('epro request scope');

/**
 * What is known about one request while one process handles it. Mutable on purpose: a guard learns who the caller is
 * long after the request's span has started, and everything that starts later must have it.
 */
export class RequestScope {
  /** The span of the request itself in this process, a SERVER or CONSUMER span. */
  entrySpan: Span | undefined;
  /** 32 lower-case hex digits, also where no span is recorded. */
  traceId: string | undefined;

  readonly #values: BusinessContext = {};
  readonly #attributes: Record<string, string> = {};
  #baggage = '';
  /** What this process found out itself; goes back to the caller with the response. */
  #learned = '';

  /** @param values as the caller sent them */
  constructor(values: BusinessContext = {}) {
    this.#add(values);
  }

  get(field: BusinessField): string | undefined {
    return this.#values[field];
  }

  /** The values under their attribute names. The same object each time: do not change it. */
  get attributes(): Attributes {
    return this.#attributes;
  }

  /** The values as a W3C baggage header; empty where there are none. */
  get baggage(): string {
    return this.#baggage;
  }

  /** What was learned here, as a W3C baggage header; empty where nothing was. */
  get learned(): string {
    return this.#learned;
  }

  /** Adds values and gives back the new ones under their attribute names; `undefined` where none is new. */
  learn(values: BusinessContext): Record<string, string> | undefined {
    const added = this.#add(values);
    if (!added) return undefined;
    for (const [attribute, value] of Object.entries(added))
      this.#learned = appendEntry(this.#learned, attribute, value);
    return added;
  }

  #add(values: BusinessContext): Record<string, string> | undefined {
    let added: Record<string, string> | undefined;
    for (const field of Object.keys(values) as BusinessField[]) {
      const value = values[field];
      if (!value || value === this.#values[field] || !isIdentifier(value)) continue;
      const attribute = BUSINESS_FIELDS[field];
      const known = this.#values[field] !== undefined;
      this.#values[field] = value;
      this.#attributes[attribute] = value;
      (added ??= {})[attribute] = value;
      this.#baggage = known ? encodeBaggage(this.#attributes) : appendEntry(this.#baggage, attribute, value);
    }
    return added;
  }
}

function appendEntry(header: string, key: string, value: string): string {
  const entry = `${key}=${encodeURIComponent(value)}`;
  return header ? `${header},${entry}` : entry;
}

function encodeBaggage(attributes: Record<string, string>): string {
  let header = '';
  for (const [attribute, value] of Object.entries(attributes)) header = appendEntry(header, attribute, value);
  return header;
}

export function scopeOf(ctx: Context): RequestScope | undefined {
  return ctx.getValue(SCOPE) as RequestScope | undefined;
}

export function withScope(ctx: Context, scope: RequestScope): Context {
  return ctx.setValue(SCOPE, scope);
}

export function activeScope(): RequestScope | undefined {
  return scopeOf(context.active());
}

export interface RequestIds {
  /** The caller's own id where it sent a valid one, else the trace id; empty outside a request. */
  requestId: string;
  /** 32 lower-case hex digits; empty outside a request. */
  traceId: string;
}

/** The ids under which the request being handled can be found, for responses and error messages. */
export function currentRequest(): RequestIds {
  const scope = activeScope();
  const traceId = scope?.traceId ?? scope?.entrySpan?.spanContext().traceId ?? '';
  return { requestId: scope?.get('requestId') ?? traceId, traceId };
}
