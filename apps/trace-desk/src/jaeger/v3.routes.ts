import type { FastifyInstance } from 'fastify';
import type { TraceStore } from '../store/trace-store.js';
import { summarizeTrace } from '../trace/summarize-trace.js';
import type { TraceReader } from '../trace/trace-reader.js';
import { BadQueryError } from '../query/bad-query.error.js';
import { dependencyLinks } from './dependencies.js';
import { parseBoolean, inContext, searchParams } from '../query/query-values.js';
import { parseRfc3339 } from '../query/rfc3339.js';
import { parseTraceId } from '../query/trace-id.js';
import { v3Summary, v3Traces } from './v3-json.js';
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

  server.get('/traces', (request, reply) => {
    const { query, limit, raw } = parseV3Search(searchParams(request));
    const traces = reader.find(query, { limit, raw });
    return traces.length > 0 ? v3Traces(traces) : reply.code(404).send(v3Error(404, 'No traces found'));
  });

  server.get('/trace-summaries', (request) => {
    const { query, limit } = parseV3Search(searchParams(request));
    const traces = reader.find(query, { limit });
    return { summaries: traces.map(({ id, spans }) => v3Summary(id, summarizeTrace(spans))) };
  });

  server.get<{ Params: { traceId: string } }>('/traces/:traceId', (request, reply) => {
    const id = inContext('malformed parameter trace_id', () => parseTraceId(request.params.traceId));
    const raw = parseParameter(searchParams(request), TRACE_PARAMETERS.raw, parseBoolean);
    const trace = reader.get(id, { raw });
    return trace ? v3Traces([trace]) : reply.code(404).send(v3Error(404, 'No traces found'));
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

  server.setErrorHandler((error, _request, reply) => {
    const status = error instanceof BadQueryError ? 400 : 500;
    if (status === 500) console.error('A query failed:', error);
    return reply.code(status).send(v3Error(status, (error as Error).message));
  });
}

const v3Error = (httpCode: number, message: string) => ({ error: { httpCode, message } });
