import { context, type Attributes, type Span } from '@opentelemetry/api';
import {
  BUSINESS_NAMES,
  DEFAULT_RANK,
  placeOf,
  rankOf,
  usableValue,
  type BusinessContext,
  type BusinessField,
} from './business-fields.js';
import { scopeOf } from './request-context.js';
import type { Source } from './sources.js';
import { telemetryConfig } from '../sdk/telemetry.js';
import { shareBusinessContext } from '../trace/shared-attributes.js';

/** No source: weaker than every one. */
const UNKNOWN = Infinity;
const NOTHING_KNOWN: readonly number[] = BUSINESS_NAMES.map(() => UNKNOWN);

type FieldValue = string | string[];

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

  /** By the places of the fields; so are their sources' ranks, and the bits of what was learned. */
  readonly #values: (FieldValue | undefined)[] = [];
  readonly #ranks = NOTHING_KNOWN.slice();
  /** What goes to the processes that are called: all but defaults. */
  #carried = 0;
  /** What this process found out itself; goes back to the caller with the response. */
  #learned = 0;
  /** Made when they are asked for: many a process sends nothing on, and no span of an unsampled trace has attributes. */
  #snapshot: Attributes | undefined;
  #baggage: string | undefined;
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
    return this.#values[placeOf(field)]?.toString();
  }

  /** The values under their attribute names: one shared object for all spans that start until something is added. */
  get attributes(): Attributes {
    this.#read();
    return (this.#snapshot ??= shareBusinessContext(this.#values));
  }

  /** Puts the values on a span that started before all of them were known. */
  describe(span: Span | undefined): void {
    if (span?.isRecording()) span.setAttributes(this.attributes);
  }

  /** The values as a W3C baggage header; empty where there are none. The next process has defaults of its own. */
  get baggage(): string {
    this.#read();
    return (this.#baggage ??= this.#header(this.#carried));
  }

  /** What was learned here, as a W3C baggage header; empty where nothing was. */
  get learned(): string {
    return this.#learned === 0 ? '' : this.#header(this.#learned);
  }

  /**
   * Adds what is new, where its source may say it and no stronger one has.
   *
   * @returns whether anything was
   */
  learn(values: BusinessContext, source: Source): boolean {
    this.#read();
    const added = this.#add(values, source);
    this.#learned |= added;
    return added !== 0;
  }

  #read(): void {
    const unread = this.#unread;
    if (!unread) return;
    this.#unread = undefined;
    this.#add(unread(), 'baggage');
    this.#add(telemetryConfig().defaultContext, 'default');
  }

  /** The places of what is new, as bits. */
  #add(values: BusinessContext, source: Source): number {
    let added = 0;
    for (const key in values) {
      const field = key as BusinessField;
      const given = values[field];
      if (!given) continue;
      const place = placeOf(field);
      const rank = rankOf(source, field);
      const known = this.#ranks[place]!;
      if (rank === undefined || known < rank) continue;
      const value = usableValue(field, given);
      if (value === undefined) continue;
      this.#ranks[place] = rank;
      if (rank !== DEFAULT_RANK) this.#carried |= 1 << place;
      // A default that somebody confirms is one no more.
      if (known !== DEFAULT_RANK && isSame(value, this.#values[place])) continue;
      this.#values[place] = value;
      added |= 1 << place;
    }
    if (added !== 0) this.#snapshot = this.#baggage = undefined;
    return added;
  }

  /** Identifiers are written as they are, and have no comma; between those of a list it is escaped. */
  #header(places: number): string {
    let header = '';
    for (let place = 0; place < this.#values.length; place++) {
      if ((places & (1 << place)) === 0) continue;
      const value = this.#values[place]!;
      if (header) header += ',';
      header += `${BUSINESS_NAMES[place]!}=${typeof value === 'string' ? value : value.join('%2C')}`;
    }
    return header;
  }
}

function isSame(one: FieldValue, other: FieldValue | undefined): boolean {
  return one === other || (typeof one !== 'string' && String(one) === String(other));
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
