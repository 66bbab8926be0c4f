import {
  context,
  defaultTextMapGetter,
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fieldsOfHeaders } from '../context/business-fields.js';
import { EMPTY_CONTEXT } from '../context/request-context.js';
import { RequestScope, withScope } from '../context/request-scope.js';
import { httpRequestEnded, httpRequestStarted, type HttpRequests } from '../metrics/http-requests.js';
import { measuring } from '../metrics/measuring.js';
import { createTracePropagator } from '../propagation/create-propagator.js';
import { atEdge } from '../sampling/edge.js';
import { ATTR_HTTP_ABORTED, HEADER_REQUEST_ID, HEADER_TRACE_ID, HEADER_TRACERESPONSE } from '../semconv/attributes.js';
import { probeOf } from '../self-check/probes.js';
import { ensureContextManager, isOwnHop, isRecording, telemetryConfig, tracer } from '../sdk/telemetry.js';
import { isDraining } from '../shutdown/draining.js';
import { recordablePath } from './url-path.js';
import { randomIds } from '../trace/random-ids.js';
import { shareAttributes } from '../trace/shared-attributes.js';

export interface HttpTelemetryOptions {
  /** Routes that are never traced, nor anything they call: health checks. */
  untraced?: readonly string[];
  /** Requests that are recorded whatever the sampler and the caller say, by method and route: `POST /alarms`. */
  alwaysSampled?: readonly string[];
}

const requestContext = Symbol('epro request context');

type TracedRequest = FastifyRequest & { [requestContext]?: Context };

/**
 * Traces every request of a Fastify server at the edge of the system: a SERVER span named by method and route
 * template that continues the caller's trace, the request's ids on every response, and everything the request
 * does, guards, pipes, handler and filters, within that span. Call it before routes are registered.
 */
export function registerHttpTelemetry(
  fastify: FastifyInstance,
  { untraced = [], alwaysSampled = [] }: HttpTelemetryOptions = {},
): void {
  ensureContextManager();
  const recording = isRecording();
  const traced = recording && isOwnHop('http');
  const silent = new Set(untraced);
  const edge: Edge = {
    always: new Set(alwaysSampled),
    callers: createTracePropagator(telemetryConfig().propagators),
  };
  fastify.addHook('onRequest', (request: TracedRequest, reply, done) => {
    const route = request.is404 ? undefined : request.routeOptions.url;
    const isSilent = route !== undefined && silent.has(route);
    const scope = new RequestScope(fieldsOfHeaders(request.headers), 'header');
    const span = traced && !isSilent ? startServerSpan(request, route, scope, edge) : undefined;
    // A process that another SDK traces has the request's span already: everything goes on below that one.
    const outer = recording ? EMPTY_CONTEXT : context.active();
    const scoped = withScope(isSilent ? suppressTracing(outer) : outer, scope);
    const current = span ? trace.setSpan(scoped, span) : scoped;
    identify(scope, span ?? trace.getSpan(outer), reply);
    request[requestContext] = current;
    const measured = measuring && !isSilent ? measureRequest(request, scope) : undefined;
    if (isDraining()) reply.header('connection', 'close');
    reply.raw.once('close', () => {
      if (span) endServerSpan(span, reply);
      if (measured) httpRequestEnded(measured, route, statusSent(reply), scope.receivedAt ?? 0);
      // Connections kept alive would hold up the end of the process.
      if (isDraining()) fastify.server.closeIdleConnections();
    });
    context.with(current, done);
  });
  // The body is read from the socket, outside the request's context: from here on it is back.
  fastify.addHook('preValidation', (request: TracedRequest, _reply, done) => {
    context.with(request[requestContext] ?? EMPTY_CONTEXT, done);
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (isDraining()) reply.header('connection', 'close');
    done(null, payload);
  });
}

interface Edge {
  readonly always: ReadonlySet<string>;
  /** Of a caller only its trace is taken; baggage from outside is not. */
  readonly callers: TextMapPropagator;
}

function startServerSpan(
  request: FastifyRequest,
  route: string | undefined,
  scope: RequestScope,
  { always, callers }: Edge,
): Span {
  const caller = callerOf(request, callers);
  const linked = telemetryConfig().edge === 'restart' ? linkable(caller) : undefined;
  const name = route === undefined ? request.method : `${request.method} ${route}`;
  const attributes = attributesOf(request, route);
  const span = tracer().startSpan(
    name,
    linked
      ? { kind: SpanKind.SERVER, attributes, links: [{ context: linked }] }
      : { kind: SpanKind.SERVER, attributes },
    atEdge(withScope(linked ? EMPTY_CONTEXT : caller, scope), always.has(name), request.headers.authorization),
  );
  scope.entrySpan = span;
  return span;
}

/** Of routes without parameters all requests have the same. There are as many as the application has, and methods are few. */
const constantAttributes = new Map<string, Attributes>();

function attributesOf({ method, protocol, url }: FastifyRequest, route: string | undefined): Attributes {
  const path = recordablePath(route, url.split('?', 1)[0] ?? '');
  const isConstant = path === route;
  const key = `${protocol} ${method} ${path}`;
  const known = isConstant ? constantAttributes.get(key) : undefined;
  if (known) return known;
  const attributes: Attributes = {
    [ATTR_HTTP_REQUEST_METHOD]: method,
    [ATTR_URL_SCHEME]: protocol,
    [ATTR_URL_PATH]: path,
    ...(route !== undefined && { [ATTR_HTTP_ROUTE]: route }),
  };
  if (isConstant) constantAttributes.set(key, shareAttributes(attributes));
  return attributes;
}

function measureRequest(request: FastifyRequest, scope: RequestScope): HttpRequests {
  scope.receivedAt = performance.now();
  return httpRequestStarted(request.method, request.protocol);
}

/** `undefined` where the client went away before its response was sent. */
function statusSent({ raw }: FastifyReply): number | undefined {
  return raw.writableFinished ? raw.statusCode : undefined;
}

/** The trace that the caller is in. Its `tracestate` stays outside: it is up to 512 characters of anybody's text. */
function callerOf(request: FastifyRequest, callers: TextMapPropagator): Context {
  const spanContext = trace.getSpanContext(callers.extract(EMPTY_CONTEXT, request.headers, defaultTextMapGetter));
  return spanContext ? trace.setSpanContext(EMPTY_CONTEXT, { ...spanContext, traceState: undefined }) : EMPTY_CONTEXT;
}

/** The caller's span, for a new trace to link to. The self-check's own is always continued: it is how it knows its span. */
function linkable(caller: Context): SpanContext | undefined {
  const spanContext = trace.getSpanContext(caller);
  return spanContext && !probeOf(spanContext.traceId) ? spanContext : undefined;
}

/** Settles under which ids the request can be found, and tells the caller. */
function identify(scope: RequestScope, span: Span | undefined, reply: FastifyReply): void {
  const spanContext = span?.spanContext();
  const recorded = spanContext && isSpanContextValid(spanContext) ? spanContext : undefined;
  scope.traceId = recorded?.traceId ?? randomIds.generateTraceId();
  if (scope.get('requestId') === undefined) {
    if (scope.learn({ requestId: scope.traceId }, 'local')) scope.describe(span);
  }
  reply.header(HEADER_TRACE_ID, scope.traceId);
  reply.header(HEADER_REQUEST_ID, scope.get('requestId'));
  reply.header(HEADER_TRACERESPONSE, traceresponse(recorded, scope.traceId));
}

/** W3C Trace Context level 2. Without a span of ours the trace id stands alone, unsampled. */
function traceresponse(spanContext: SpanContext | undefined, traceId: string): string {
  const spanId = spanContext?.spanId ?? randomIds.generateSpanId();
  return `00-${traceId}-${spanId}-${(spanContext?.traceFlags ?? 0).toString(16).padStart(2, '0')}`;
}

function endServerSpan(span: Span, reply: FastifyReply): void {
  if (reply.raw.writableFinished) {
    const { statusCode } = reply.raw;
    span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, statusCode);
    if (statusCode >= 500) {
      // A recorded fault says more than the status that it became.
      if (!hasErrorType(span)) span.setAttribute(ATTR_ERROR_TYPE, String(statusCode));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
  } else {
    span.setAttribute(ATTR_HTTP_ABORTED, true);
  }
  span.end();
}

function hasErrorType(span: Span): boolean {
  return (span as Partial<ReadableSpan>).attributes?.[ATTR_ERROR_TYPE] !== undefined;
}
