import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { jsonToProtobuf } from '../otlp/json-to-protobuf.js';
import { OtlpFormatError } from '../otlp/otlp-format.error.js';
import { parseJson } from '../otlp/parse-json.js';
import { TraceStore } from '../store/trace-store.js';
import { TraceReader } from '../trace/trace-reader.js';
import { BadQueryError } from '../query/bad-query.error.js';
import { dependencyLinks } from './dependencies.js';
import { legacyData, legacyError } from './legacy-json.js';
import { parseDependencyWindow, parseFlag, parseLegacySearch } from './legacy-query.js';
import { legacyTrace, legacyTraceId } from './legacy-trace.js';
import { searchParams } from '../query/query-values.js';
import { parseTraceId } from '../query/trace-id.js';
import { streamTraces } from './stream-traces.js';

/**
 * `/api`: what Jaeger's UI and Grafana's Jaeger data source call. Jaeger has dropped the search and the lists of
 * services and operations after 2.20; the rest stays.
 */
export function legacyRoutes(server: FastifyInstance, store: TraceStore, reader: TraceReader): void {
  const now = () => BigInt(Date.now()) * 1_000_000n;

  server.get('/services', () => {
    const services = store.catalog.services();
    return legacyData(services, services.length);
  });

  server.get('/operations', (request) => {
    const params = searchParams(request);
    if (!params.get('service')) throw new BadQueryError("parameter 'service' is required");
    const operations = store.catalog.operations(params.get('service')!, params.get('spanKind') ?? '');
    return legacyData(operations, operations.length);
  });

  server.get<{ Params: { service: string } }>('/services/:service/operations', (request) => {
    const names = new Set(store.catalog.operations(request.params.service).map(({ name }) => name));
    return legacyData([...names], names.size);
  });

  server.get('/traces', (request, reply) => {
    const params = searchParams(request);
    const { traceIds, query, limit, raw } = parseLegacySearch(params, now());
    const missing = traceIds.filter((id) => !store.get(id));
    const errors = missing.map((id) => ({ msg: 'trace not found', traceID: legacyTraceId(id) }));
    const envelope = legacyData(null, 0, errors.length > 0 ? errors : null);
    const ids = traceIds.length > 0 ? traceIds : reader.find(query, limit);
    const traces = reader.each(ids, raw);
    if (isPretty(params)) return { ...envelope, data: [...traces].map(legacyTrace) };
    const { data: _data, ...rest } = envelope;
    const after = `,${JSON.stringify(rest).slice(1)}`;
    return reply
      .type('application/json')
      .send(streamTraces('{"data":', traces, (trace) => [legacyTrace(trace)], after));
  });

  server.get<{ Params: { traceId: string } }>('/traces/:traceId', (request, reply) => {
    const raw = parseFlag(searchParams(request), 'raw');
    const trace = reader.get(parseTraceId(request.params.traceId), raw);
    return trace ? legacyData([legacyTrace(trace)]) : reply.code(404).send(legacyError(404, 'trace not found'));
  });

  server.get('/dependencies', (request) => {
    const params = searchParams(request);
    const service = params.get('service');
    const links = dependencyLinks(store, parseDependencyWindow(params, now()));
    return legacyData(links.filter(({ parent, child }) => !service || parent === service || child === service));
  });

  // The UI turns a file of OTLP JSON into a trace with this, and sends it as text.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  server.post('/transform', (request) => legacyData(transform(request.body as string)));

  server.post('/archive/:traceId', (_request, reply) =>
    reply.code(501).send(legacyError(501, 'archive span storage was not configured')),
  );
  server.get('/metrics/*', noMetrics);

  server.setNotFoundHandler((_request, reply) => reply.code(404).send(legacyError(404, 'no such endpoint')));
  server.setErrorHandler((error, _request, reply) => {
    const { status, message } = describe(error as Error);
    if (status === 500) console.error('A query failed:', error);
    return reply.code(status).send(legacyError(status, message));
  });
  server.addHook('preSerialization', async (request, reply, payload) => {
    if (isPretty(searchParams(request))) reply.serializer((answer) => JSON.stringify(answer, null, 4));
    return Promise.resolve(payload);
  });
}

function isPretty(params: URLSearchParams): boolean {
  const given = params.get('prettyPrint');
  return given !== null && given !== '' && given !== 'false';
}

/** Jaeger without a metrics store answers so, and its UI then explains how to get one. */
function noMetrics(request: FastifyRequest, reply: FastifyReply) {
  const params = searchParams(request);
  if (!request.url.includes('/minstep') && params.getAll('service').length === 0)
    throw new BadQueryError("unable to parse param 'service': please provide at least one service name");
  return reply.code(501).send(legacyError(501, 'metrics querying is currently disabled'));
}

function transform(body: string) {
  const store = new TraceStore({ maxTraces: Infinity, maxBytes: Infinity });
  store.ingest(jsonToProtobuf(parseJson(body)));
  const reader = new TraceReader(store);
  return store.newestFirst().map(({ id }) => legacyTrace(reader.get(id, true)!));
}

function describe(error: Error & { statusCode?: number }): { status: number; message: string } {
  if (error instanceof BadQueryError) return { status: 400, message: error.message };
  if (error instanceof OtlpFormatError) return { status: 400, message: `cannot unmarshal OTLP : ${error.message}` };
  const status = error.statusCode ?? 500;
  return { status, message: status < 500 ? error.message : 'the query failed' };
}
