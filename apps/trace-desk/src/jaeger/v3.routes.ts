import type { FastifyInstance, FastifyReply } from 'fastify';
import type { TraceStore } from '../store/trace-store.js';
import { summarizeTrace } from '../trace/summarize-trace.js';
import type { FoundTrace, TraceReader } from '../trace/trace-reader.js';
import { BadQueryError } from '../query/bad-query.error.js';
import { dependencyLinks } from './dependencies.js';
import { parseBoolean, inContext, searchParams } from '../query/query-values.js';
import { parseRfc3339 } from '../query/rfc3339.js';
import { parseTraceId } from '../query/trace-id.js';
import { streamTraces } from './stream-traces.js';
import { V3_ENVELOPE, v3ResourceSpans, v3Summary } from './v3-json.js';
import { parameter, parseParameter, parseV3Search, TRACE_PARAMETERS } from './v3-query.js';

/** `/api/v3`: what Jaeger's UI calls from 2.19 on, and the only way to search from 2.21 on. */
export function v3Routes(server: FastifyInstance, store: TraceStore, reader: TraceReader): void {
  server.get('/services', () => ({ services: store.catalog.services() }));

  server.get('/operations', (request) => {
    const params = searchParams(request);
    const spanKind = parameter(params, TRACE_PARAMETERS.spanKind)?.value ?? '';
    const operations = store.catalog.operations(params.get('service') ?? '', spanKind);
    return {
      operations: operations.map((operation) => ({ ...operation, spanKind: operation.spanKind || 'internal' })),
    };
  });

  const sendTraces = (reply: FastifyReply, ids: readonly string[], raw = false) => {
    if (ids.length === 0) return reply.code(404).send(v3Error(404, 'No traces found'));
    return reply
      .type('application/json')
      .send(streamTraces(V3_ENVELOPE[0], reader.each(ids, raw), v3ResourceSpans, V3_ENVELOPE[1]));
  };

  server.get('/traces', (request, reply) => {
    const { query, limit, raw } = parseV3Search(searchParams(request));
    return sendTraces(reply, reader.find(query, limit), raw);
  });

  server.get<{ Params: { traceId: string } }>('/traces/:traceId', (request, reply) => {
    const id = inContext('malformed parameter trace_id', () => parseTraceId(request.params.traceId));
    const raw = parseParameter(searchParams(request), TRACE_PARAMETERS.raw, parseBoolean);
    return sendTraces(reply, store.get(id) ? [id] : [], raw);
  });

  server.get('/trace-summaries', (request, reply) => {
    const { query, limit } = parseV3Search(searchParams(request));
    const traces = reader.each(reader.find(query, limit));
    const summary = ({ id, spans }: FoundTrace) => [v3Summary(id, summarizeTrace(spans))];
    return reply.type('application/json').send(streamTraces('{"summaries":', traces, summary, '}'));
  });

  server.get('/dependencies', (request) => {
    const params = searchParams(request);
    const start = parseParameter(params, ['startTime', 'start_time'], parseRfc3339);
    const end = parseParameter(params, ['endTime', 'end_time'], parseRfc3339);
    if (start === undefined || end === undefined) throw new BadQueryError('startTime and endTime are required');
    if (start >= end) throw new BadQueryError('endTime must be after startTime');
    const dependencies = dependencyLinks(store, { start, end });
    return { dependencies: dependencies.map((link) => ({ ...link, callCount: String(link.callCount) })) };
  });

  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof BadQueryError ? 400 : (error.statusCode ?? 500);
    if (status === 500) console.error('A query failed:', error);
    return reply.code(status).send(v3Error(status, status === 500 ? 'the query failed' : error.message));
  });
}

const v3Error = (httpCode: number, message: string) => ({ error: { httpCode, message } });
