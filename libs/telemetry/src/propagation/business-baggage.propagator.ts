import {
  trace,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { fieldOfBaggageKey, type BusinessContext } from '../context/business-fields.js';
import { RequestScope, scopeOf, withScope } from '../context/request-scope.js';

const BAGGAGE = 'baggage';
/** Limits of W3C Baggage, section 3.3: what a peer must be able to pass on. */
const MAX_HEADER_LENGTH = 8192;

/**
 * Carries the request's business context as W3C baggage. Both ways only the allow-list passes: what a peer adds
 * beyond it is dropped, and nothing that somebody put into OpenTelemetry's baggage leaves by accident.
 *
 * Follows {@link https://www.w3.org/TR/baggage/}.
 */
export class BusinessBaggagePropagator implements TextMapPropagator {
  readonly #carried: boolean;

  /** @param carried whether baggage crosses at all; without it what is received has an empty scope */
  constructor({ carried = true }: { carried?: boolean } = {}) {
    this.#carried = carried;
  }

  inject(ctx: Context, carrier: unknown, setter: TextMapSetter): void {
    const header = this.#carried && scopeOf(ctx)?.baggage;
    if (header) setter.set(carrier, BAGGAGE, header);
  }

  extract(ctx: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = this.#carried ? getter.get(carrier, BAGGAGE) : undefined;
    const scope = header?.length
      ? new RequestScope(() => parseBaggage(typeof header === 'string' ? header : header.join(',')))
      : new RequestScope();
    scope.traceId = trace.getSpanContext(ctx)?.traceId;
    return withScope(ctx, scope);
  }

  fields(): string[] {
    return [BAGGAGE];
  }
}

/** Reads the entries on the allow-list from a baggage header. Entries that cannot be read are left out. */
export function parseBaggage(header: string): BusinessContext {
  const values: BusinessContext = {};
  if (header.length > MAX_HEADER_LENGTH) return values;
  for (let start = 0, end: number; start < header.length; start = end + 1) {
    end = header.indexOf(',', start);
    if (end < 0) end = header.length;
    const equals = header.indexOf('=', start);
    if (equals < 0) break;
    const field = equals < end ? fieldOfBaggageKey(header.slice(start, equals).trim()) : undefined;
    const value = field && decoded(header.slice(equals + 1, end));
    if (field && value !== undefined) values[field] = value;
  }
  return values;
}

/** The value of an entry without its properties; `undefined` where it is not percent-encoded. */
function decoded(given: string): string | undefined {
  const [value = ''] = given.includes(';') ? given.split(';', 1) : [given];
  try {
    return value.includes('%') ? decodeURIComponent(value.trim()) : value.trim();
  } catch {
    return undefined;
  }
}
