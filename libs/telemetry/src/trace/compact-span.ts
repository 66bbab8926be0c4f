import {
  diag,
  SpanStatusCode,
  type Attributes,
  type AttributeValue,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  type TimeInput,
} from '@opentelemetry/api';
import {
  AddAttributeDecision,
  cleanAttributes,
  cleanSimpleAttributes,
  hrTimeDuration,
  isTimeInput,
  maybeAddAttribute,
  type InstrumentationScope,
} from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanLimits, TimedEvent } from '@opentelemetry/sdk-trace';
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
} from '@opentelemetry/semantic-conventions';
import { isShared, shareAttributes } from './shared-attributes.js';
import { readTime, toHrTime, type SpanTime } from './span-clock.js';

/** What spans of one tracer have in common. */
export interface SpanOwner {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly limits: Required<SpanLimits>;
  onEnding(span: CompactSpan): void;
  onEnd(span: CompactSpan): void;
}

export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: SpanContext;
  readonly parentSpanContext: SpanContext | undefined;
  /** What to add to `performance.now()`, see {@link clockOffset}. */
  readonly clockOffset: number;
  readonly startTime: TimeInput | undefined;
}

const UNSET: SpanStatus = Object.freeze({ code: SpanStatusCode.UNSET });
const ERROR: SpanStatus = Object.freeze({ code: SpanStatusCode.ERROR });
const OK: SpanStatus = Object.freeze({ code: SpanStatusCode.OK });
const NO_LIMITS = { attributeCountLimit: Infinity, attributeValueLengthLimit: Infinity };
const NOTHING = shareAttributes({});

/**
 * A span of OpenTelemetry's API, made for being started and ended some twenty times for each request. To whoever reads or
 * exports it, it is what the SDK's own span is, with the same limits.
 *
 * Of {@link shareAttributes} it keeps up to two as they are: what is the same for many spans is neither copied nor encoded
 * again. Everything else is kept as the SDK does.
 */
export class CompactSpan implements Span, ReadableSpan {
  name: string;
  status: SpanStatus = UNSET;
  readonly kind: SpanKind;
  readonly parentSpanContext: SpanContext | undefined;
  /** What children in this process go by, so that all of a trace do. */
  readonly clockOffset: number;
  /** Shared ones; no attribute is in more than one of them and `own`. */
  #first: Attributes = NOTHING;
  #second: Attributes = NOTHING;
  #own: Attributes | undefined;
  #count = 0;
  #events: TimedEvent[] | undefined;
  #links: Link[] | undefined;
  #droppedAttributes = 0;
  #droppedEvents = 0;
  #droppedLinks = 0;
  readonly #start: SpanTime;
  #end: SpanTime = 0;
  #ended = false;
  readonly #spanContext: SpanContext;
  readonly #owner: SpanOwner;

  constructor(owner: SpanOwner, start: SpanStart) {
    this.#owner = owner;
    this.name = start.name;
    this.kind = start.kind;
    this.#spanContext = start.spanContext;
    this.parentSpanContext = start.parentSpanContext;
    this.clockOffset = start.clockOffset;
    this.#start = readTime(start.startTime, start.clockOffset);
  }

  spanContext(): SpanContext {
    return this.#spanContext;
  }

  isRecording(): boolean {
    return !this.#ended;
  }

  /** The attributes that it starts with: of these, unlike later ones, those that are no attributes count as dropped. */
  startWith(attributes: Attributes): void {
    if (this.#share(attributes)) return;
    if (this.#take(attributes)) return;
    const valid = cleanAttributes(attributes, NO_LIMITS);
    const limited = cleanAttributes(valid.attributes, this.#owner.limits);
    this.#own = limited.attributes;
    this.#count = Object.keys(limited.attributes ?? NOTHING).length;
    this.#droppedAttributes = (valid.droppedAttributesCount ?? 0) + (limited.droppedAttributesCount ?? 0);
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (this.#isOver()) return this;
    if (key in this.#first || key in this.#second) {
      if ((this.#first[key] ?? this.#second[key]) === value) return this;
      this.#merge();
    }
    this.#set(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.#isOver()) return this;
    if (!this.#share(attributes)) for (const key of Object.keys(attributes)) this.setAttribute(key, attributes[key]);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.#isOver()) return this;
    const { eventCountLimit, attributePerEventCountLimit, attributeValueLengthLimit } = this.#owner.limits;
    if (eventCountLimit === 0) {
      this.#droppedEvents++;
      return this;
    }
    const events = (this.#events ??= []);
    if (events.length >= eventCountLimit) {
      events.shift();
      this.#droppedEvents++;
    }
    const isTime = isTimeInput(attributesOrTime);
    const given = isTime && !isTimeInput(time) ? attributesOrTime : time;
    events.push({
      name,
      time: toHrTime(readTime(given, this.clockOffset)),
      ...cleanSimpleAttributes(isTime ? undefined : attributesOrTime, {
        attributeCountLimit: attributePerEventCountLimit,
        attributeValueLengthLimit,
      }),
    });
    return this;
  }

  addLink(link: Link): this {
    if (this.#isOver()) return this;
    const { linkCountLimit, attributePerLinkCountLimit, attributeValueLengthLimit } = this.#owner.limits;
    if (linkCountLimit === 0) {
      this.#droppedLinks++;
      return this;
    }
    const links = (this.#links ??= []);
    if (links.length >= linkCountLimit) {
      links.shift();
      this.#droppedLinks++;
    }
    const cleaned = cleanAttributes(link.attributes, {
      attributeCountLimit: attributePerLinkCountLimit,
      attributeValueLengthLimit,
    });
    links.push({ context: link.context, ...cleaned });
    return this;
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  setStatus({ code, message }: SpanStatus): this {
    if (this.#isOver() || code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK) return this;
    if (code === SpanStatusCode.OK) this.status = OK;
    else this.status = typeof message === 'string' ? { code, message } : ERROR;
    return this;
  }

  updateName(name: string): this {
    if (!this.#isOver()) this.name = name;
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const attributes: Attributes = {};
    if (typeof exception === 'string') attributes[ATTR_EXCEPTION_MESSAGE] = exception;
    else {
      const type = exception.code || exception.name;
      if (type) attributes[ATTR_EXCEPTION_TYPE] = String(type);
      if (exception.message) attributes[ATTR_EXCEPTION_MESSAGE] = exception.message;
      if (exception.stack) attributes[ATTR_EXCEPTION_STACKTRACE] = exception.stack;
    }
    const { [ATTR_EXCEPTION_TYPE]: type, [ATTR_EXCEPTION_MESSAGE]: message } = attributes;
    if (type || message) this.addEvent('exception', attributes, time);
  }

  end(time?: TimeInput): void {
    if (this.#ended) {
      diag.error(`${this.name}: a span can be ended once only`);
      return;
    }
    const end = readTime(time, this.clockOffset);
    this.#end = isBefore(end, this.#start) ? this.#start : end;
    this.#owner.onEnding(this);
    this.#ended = true;
    this.#owner.onEnd(this);
  }

  /** All attributes in one object, which then is the span's own. */
  get attributes(): Attributes {
    this.#merge();
    return (this.#own ??= {});
  }

  /** The attributes in up to three objects of which no two have one in common. */
  get attributeParts(): readonly [first: Attributes, second: Attributes, own: Attributes] {
    return [this.#first, this.#second, this.#own ?? NOTHING];
  }

  get events(): TimedEvent[] {
    return (this.#events ??= []);
  }

  get links(): Link[] {
    return (this.#links ??= []);
  }

  /** Whether it has neither event nor link, which is nearly always; asking does not make the arrays. */
  get isPlain(): boolean {
    return this.#events === undefined && this.#links === undefined;
  }

  get startTime(): HrTime {
    return toHrTime(this.#start);
  }

  get endTime(): HrTime {
    return toHrTime(this.#end);
  }

  get duration(): HrTime {
    return this.#ended ? hrTimeDuration(this.startTime, this.endTime) : [-1, -1];
  }

  /** Start and end, not yet taken apart. */
  get times(): readonly [start: SpanTime, end: SpanTime] {
    return [this.#start, this.#end];
  }

  get ended(): boolean {
    return this.#ended;
  }

  get resource(): Resource {
    return this.#owner.resource;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.#owner.scope;
  }

  get droppedAttributesCount(): number {
    return this.#droppedAttributes;
  }

  get droppedEventsCount(): number {
    return this.#droppedEvents;
  }

  get droppedLinksCount(): number {
    return this.#droppedLinks;
  }

  /** Takes shared ones as they are, where they fit. */
  #share(attributes: Attributes): boolean {
    const isFree = this.#first === NOTHING || this.#second === NOTHING;
    if (!isFree || !isShared(attributes)) return false;
    const { attributeCountLimit, attributeValueLengthLimit } = this.#owner.limits;
    if (attributeValueLengthLimit !== Infinity) return false;
    let count = this.#count;
    for (const key in attributes) {
      if (key in this.#first || (this.#own !== undefined && key in this.#own)) return false;
      if (key === '' || !isPlainValue(attributes[key])) return false;
      count++;
    }
    if (count > attributeCountLimit) return false;
    this.#count = count;
    if (this.#first === NOTHING) this.#first = attributes;
    else this.#second = attributes;
    return true;
  }

  /** Copies attributes, where none of them has to be looked at more closely; which is nearly always. */
  #take(attributes: Attributes): boolean {
    const { attributeCountLimit, attributeValueLengthLimit } = this.#owner.limits;
    if (attributeValueLengthLimit !== Infinity) return false;
    const own: Attributes = {};
    let count = 0;
    for (const key of Object.keys(attributes)) {
      const value = attributes[key];
      if (key === '' || !isPlainValue(value) || ++count > attributeCountLimit) return false;
      own[key] = value;
    }
    this.#own = own;
    this.#count = count;
    return true;
  }

  #merge(): void {
    if (this.#first === NOTHING && this.#second === NOTHING) return;
    this.#own = { ...this.#first, ...this.#second, ...this.#own };
    this.#first = NOTHING;
    this.#second = NOTHING;
  }

  #set(key: string, value: AttributeValue): void {
    const own = (this.#own ??= {});
    const { limits } = this.#owner;
    if (isPlainValue(value) && limits.attributeValueLengthLimit === Infinity && key !== '') {
      const isNew = !(key in own);
      if (!isNew || this.#count < limits.attributeCountLimit) {
        own[key] = value;
        if (isNew) this.#count++;
        return;
      }
    }
    const decision = maybeAddAttribute({ key, value, attributes: own, limits, currentAttributesCount: this.#count });
    if (decision === AddAttributeDecision.ADD_NEW) this.#count++;
    else if (decision === AddAttributeDecision.DROP_LIMIT_REACHED) this.#droppedAttributes++;
  }

  #isOver(): boolean {
    if (this.#ended) diag.warn(`${this.name}: nothing can be added to a span that has ended`);
    return this.#ended;
  }
}

/** A value that can be neither invalid nor changed by anybody else. */
function isPlainValue(value: AttributeValue): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isBefore(a: SpanTime, b: SpanTime): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  const [seconds, nanoseconds] = toHrTime(a);
  const [otherSeconds, otherNanoseconds] = toHrTime(b);
  return seconds < otherSeconds || (seconds === otherSeconds && nanoseconds < otherNanoseconds);
}
