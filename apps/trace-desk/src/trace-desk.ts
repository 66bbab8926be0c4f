import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { deskRoutes } from './desk/desk.routes.js';
import { legacyRoutes } from './jaeger/legacy.routes.js';
import { v3Routes } from './jaeger/v3.routes.js';
import { createOtlpServer } from './otlp/otlp.server.js';
import { PortTakenError } from './port-taken.error.js';
import { TraceStore, type StoreLimits } from './store/trace-store.js';
import { TraceReader } from './trace/trace-reader.js';

export interface TraceDeskOptions extends StoreLimits {
  readonly host: string;
  /** Of the page and the query API; 0 is any free port. */
  readonly port: number;
  readonly otlpPort: number;
  readonly maxBodyBytes: number;
}

export interface TraceDesk {
  /** Of the page and the query API. */
  readonly url: string;
  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` has to be. */
  readonly otlpUrl: string;
  close(): Promise<void>;
}

/**
 * Starts the receiver and the query server.
 *
 * @throws PortTakenError; nothing then goes on listening
 */
export async function startTraceDesk(options: TraceDeskOptions): Promise<TraceDesk> {
  const store = new TraceStore(options);
  const query = createQueryServer(store);
  const otlp = createOtlpServer({ ingest: (request) => store.ingest(request), maxBodyBytes: options.maxBodyBytes });
  const close = async () => {
    await Promise.all([query.close(), otlp.close()]);
  };
  try {
    const otlpUrl = await listen(otlp, options.host, options.otlpPort, 'OTLP_PORT');
    const url = await listen(query, options.host, options.port, 'TRACE_DESK_PORT');
    return { url, otlpUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function createQueryServer(store: TraceStore): FastifyInstance {
  const server = fastify({ logger: false, forceCloseConnections: true, routerOptions: { maxParamLength: 1000 } });
  const reader = new TraceReader(store);
  server.get('/healthz', () => ({ status: 'ok', ...store.statistics }));
  for (const [prefix, addRoutes] of [
    ['/api/v3', v3Routes],
    ['/api', legacyRoutes],
    ['/', deskRoutes],
  ] as const) {
    server.register(
      (scope, _options, done) => {
        addRoutes(scope, store, reader);
        done();
      },
      { prefix },
    );
  }
  server.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('404 page not found'));
  return server;
}

async function listen(server: FastifyInstance, host: string, port: number, setting: string): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PortTakenError(host, port, setting);
    throw error;
  }
  const { port: bound } = server.server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${reachable}:${bound}`;
}
