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
  cleanAttributes,
  cleanSimpleAttributes,
  hrTimeDuration,
  isTimeInput,
  type InstrumentationScope,
} from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanLimits, TimedEvent } from '@opentelemetry/sdk-trace';
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
} from '@opentelemetry/semantic-conventions';
import { SpanAttributes } from './span-attributes.js';
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

/**
 * A span of OpenTelemetry's API, made for being started and ended some twenty times for each request. To whoever reads or
 * exports it, it is what the SDK's own span is, with the same limits.
 */
export class CompactSpan extends SpanAttributes implements Span, ReadableSpan {
  name: string;
  status: SpanStatus = UNSET;
  readonly kind: SpanKind;
  readonly parentSpanContext: SpanContext | undefined;
  /** What children in this process go by, so that all of a trace do. */
  readonly clockOffset: number;
  #events: TimedEvent[] | undefined;
  #links: Link[] | undefined;
  #droppedEvents = 0;
  #droppedLinks = 0;
  readonly #start: SpanTime;
  #end: SpanTime = 0;
  #ended = false;
  readonly #spanContext: SpanContext;
  readonly #owner: SpanOwner;

  constructor(owner: SpanOwner, start: SpanStart) {
    super(owner.limits);
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

  setAttribute(key: string, value: AttributeValue): this {
    if (!this.#isOver()) this.putAttribute(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (!this.#isOver()) this.putAttributes(attributes);
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

  get droppedEventsCount(): number {
    return this.#droppedEvents;
  }

  get droppedLinksCount(): number {
    return this.#droppedLinks;
  }

  #isOver(): boolean {
    if (this.#ended) diag.warn(`${this.name}: nothing can be added to a span that has ended`);
    return this.#ended;
  }
}

function isBefore(a: SpanTime, b: SpanTime): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  const [seconds, nanoseconds] = toHrTime(a);
  const [otherSeconds, otherNanoseconds] = toHrTime(b);
  return seconds < otherSeconds || (seconds === otherSeconds && nanoseconds < otherNanoseconds);
}
