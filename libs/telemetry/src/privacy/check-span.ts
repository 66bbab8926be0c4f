import type { Link, SpanContext, SpanStatus, TraceState } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import { isAllowedEvent } from './allowed-events.js';
import { checkResource } from './check-resource.js';
import { checkAttributes } from './check-attributes.js';
import { checkName } from './check-text.js';
import { countRedaction, warnOfRedaction } from './redactions.js';

/**
 * What may leave of an ended span, by the allow-list: the same object where all of it may, else a view of it without
 * the rest. Pure but for counting what it takes off; cheap, because it is done for every span.
 */
export function checkSpan(span: ReadableSpan): ReadableSpan {
  const name = checkName(span.name);
  const attributes = checkAttributes(span.attributes);
  const events = span.events.length === 0 ? span.events : checkEvents(span.events);
  const links = span.links.length === 0 ? span.links : checkLinks(span.links);
  const status = checkStatus(span.status);
  const own = span.spanContext();
  const spanContext = checkContext(own);
  const resource = checkResource(span.resource);
  if (
    name === span.name &&
    attributes === span.attributes &&
    events === span.events &&
    links === span.links &&
    status === span.status &&
    spanContext === own &&
    resource === span.resource
  ) {
    return span;
  }
  const taken = Object.keys(span.attributes).length - Object.keys(attributes).length;
  return {
    name,
    kind: span.kind,
    spanContext: () => spanContext,
    parentSpanContext: span.parentSpanContext && checkContext(span.parentSpanContext),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status,
    attributes,
    events,
    links,
    resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount + taken,
    droppedEventsCount: span.droppedEventsCount + span.events.length - events.length,
    droppedLinksCount: span.droppedLinksCount,
  };
}

function checkEvents(events: TimedEvent[]): TimedEvent[] {
  let isClean = true;
  const allowed: TimedEvent[] = [];
  for (const event of events) {
    if (!isAllowedEvent(event.name)) {
      warnOfRedaction('event', event.name, 'If its name is constant, add it with allowEvent().');
      isClean = false;
      continue;
    }
    const attributes = event.attributes && checkAttributes(event.attributes);
    if (attributes === event.attributes) allowed.push(event);
    else {
      isClean = false;
      allowed.push({ ...event, attributes });
    }
  }
  return isClean ? events : allowed;
}

function checkLinks(links: Link[]): Link[] {
  const allowed = links.map((link) => {
    const context = checkContext(link.context);
    const attributes = link.attributes && checkAttributes(link.attributes);
    return context === link.context && attributes === link.attributes ? link : { ...link, context, attributes };
  });
  return allowed.every((link, index) => link === links[index]) ? links : allowed;
}

/** A status message is whatever a library wrote into it; what went wrong is in `error.type`. */
function checkStatus(status: SpanStatus): SpanStatus {
  if (status.message === undefined) return status;
  countRedaction('status_message');
  return { code: status.code };
}

function checkContext(context: SpanContext): SpanContext {
  if (context.traceState === undefined || isOwnState(context.traceState)) return context;
  countRedaction('tracestate');
  return { ...context, traceState: undefined };
}

/** Of `tracestate`, only what samplers write: OpenTelemetry's own member, with thresholds and random values. */
const OWN_STATE = /^(?:ot=(?:(?:th|rv):[0-9a-f]{1,14}(?:;|$))+)?$/;

function isOwnState(state: TraceState): boolean {
  return OWN_STATE.test(state.serialize());
}
