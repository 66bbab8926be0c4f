import { context, type Attributes, type Span } from '@opentelemetry/api';
import { BUSINESS_FIELDS, rankOf, usableValue, type BusinessContext, type BusinessField } from './business-fields.js';
import { scopeOf } from './request-context.js';
import type { Source } from './sources.js';
import { telemetryConfig } from '../sdk/telemetry.js';
import { shareAttributes } from '../trace/shared-attributes.js';

/**
 * What is known about one request while one process handles it. Mutable on purpose: a guard learns who the caller is
 * long after the request's span has started, and everything that starts later must have it.
 */
export class RequestScope {
  /** The span of the request itself in this process, a SERVER or CONSUMER span. */
  entrySpan: Span | undefined;
  /** 32 lower-case hex digits, also where no span is recorded. */
  traceId: string | undefined;
  /** `performance.now()` when the request came in; known where something is measured. */
  receivedAt: number | undefined;

  readonly #values: Partial<Record<BusinessField, string>> = {};
  readonly #ranks: Partial<Record<BusinessField, number>> = {};
  readonly #attributes: Record<string, string | string[]> = {};
  /** Made when they are asked for: many a process sends nothing on, and no span of an unsampled trace has attributes. */
  #snapshot: Attributes | undefined;
  #baggage: string | undefined;
  /** What this process found out itself; goes back to the caller with the response. */
  #learned: Attributes | undefined;

  /** What is still to be read: of a request that is not recorded and logs nothing, nobody asks. */
  #unread: (() => BusinessContext) | undefined;

  /** @param values what the caller says about the request, by default in baggage; may be read later */
  constructor(values: BusinessContext | (() => BusinessContext) = {}, source: Source = 'baggage') {
    if (typeof values === 'function') {
      this.#unread = values;
      return;
    }
    this.#add(values, source);
    this.#add(telemetryConfig().defaultContext, 'default');
  }

  /** The value of a field; several with commas between them. */
  get(field: BusinessField): string | undefined {
    this.#read();
    return this.#values[field];
  }

  /** The values under their attribute names: one shared object for all spans that start until something is added. */
  get attributes(): Attributes {
    this.#read();
    return (this.#snapshot ??= shareAttributes(this.#attributes));
  }

  /** The values as a W3C baggage header; empty where there are none. */
  get baggage(): string {
    this.#read();
    return (this.#baggage ??= this.#encodeBaggage());
  }

  /** What was learned here, as a W3C baggage header; empty where nothing was. */
  get learned(): string {
    let header = '';
    for (const attribute in this.#learned) header = appendEntry(header, attribute, String(this.#learned[attribute]));
    return header;
  }

  /**
   * Adds what is new, where its source may say it and no stronger one has. Gives it back under its attribute names;
   * `undefined` where nothing is new.
   */
  learn(values: BusinessContext, source: Source): Attributes | undefined {
    this.#read();
    const added = this.#add(values, source);
    if (added) this.#learned = this.#learned ? { ...this.#learned, ...added } : added;
    return added;
  }

  #read(): void {
    const unread = this.#unread;
    if (!unread) return;
    this.#unread = undefined;
    this.#add(unread(), 'baggage');
    this.#add(telemetryConfig().defaultContext, 'default');
  }

  #add(values: BusinessContext, source: Source): Attributes | undefined {
    let added: Record<string, string | string[]> | undefined;
    for (const key in values) {
      const field = key as BusinessField;
      const given = values[field];
      if (!given) continue;
      const rank = rankOf(source, field);
      const known = this.#ranks[field];
      if (rank === undefined || (known !== undefined && known < rank)) continue;
      const value = usableValue(field, given);
      if (value === undefined) continue;
      this.#ranks[field] = rank;
      const text = String(value);
      // A default that somebody confirms is one no more.
      if (text === this.#values[field] && known !== rankOf('default', field)) continue;
      const attribute = BUSINESS_FIELDS[field];
      this.#values[field] = text;
      this.#attributes[attribute] = value;
      (added ??= {})[attribute] = value;
      this.#snapshot = undefined;
      this.#baggage = undefined;
    }
    return added;
  }

  #encodeBaggage(): string {
    let header = '';
    for (const key in this.#values) {
      const field = key as BusinessField;
      // The next process has defaults of its own.
      if (this.#ranks[field] === rankOf('default', field)) continue;
      header = appendEntry(header, BUSINESS_FIELDS[field], this.#values[field]!);
    }
    return header;
  }
}

function appendEntry(header: string, key: string, value: string | string[]): string {
  const entry = `${key}=${encodeURIComponent(String(value))}`;
  return header ? `${header},${entry}` : entry;
}

export { scopeOf, withScope } from './request-context.js';

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
