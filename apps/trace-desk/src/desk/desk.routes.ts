import type { FastifyInstance } from 'fastify';
import { BadQueryError } from '../query/bad-query.error.js';
import { searchParams } from '../query/query-values.js';
import type { TraceStore } from '../store/trace-store.js';
import type { TraceReader } from '../trace/trace-reader.js';
import { parseDeskSearch, searchDesk, type ListedTrace } from './desk-search.js';
import { loadPage } from './page-files.js';

/**
 * Nothing but our own files runs or styles the page, and it talks to nobody else: what a span says can be shown, never
 * executed.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page for people, and the search behind it. */
export function deskRoutes(server: FastifyInstance, store: TraceStore, reader: TraceReader): void {
  const files = loadPage();

  server.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    });
    return Promise.resolve();
  });

  // The same paths as in Jaeger's UI, so that a link to a trace works with either.
  for (const path of ['/', '/search', '/trace/:traceId']) {
    server.get(path, (_request, reply) => {
      const page = files.get('index.html')!;
      return reply.type(page.type).send(page.content);
    });
  }

  server.get<{ Params: { file: string } }>('/desk/page/:file', (request, reply) => {
    const file = files.get(request.params.file);
    return file ? reply.type(file.type).send(file.content) : reply.code(404).type('text/plain').send('no such file');
  });

  server.get('/desk/traces', (request) => {
    const traces = searchDesk(store, reader, parseDeskSearch(searchParams(request)));
    return { traces: traces.map(listed), store: store.statistics };
  });

  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof BadQueryError) return reply.code(400).send({ error: error.message });
    console.error('The page failed:', error);
    return reply.code(500).send({ error: 'the search failed' });
  });
}

function listed({ id, summary }: ListedTrace) {
  const { start, end, ...rest } = summary;
  return { traceId: id, ...rest, startUnixNano: String(start), durationNano: String(end - start) };
}
