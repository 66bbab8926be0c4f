import { fastify, type FastifyInstance } from 'fastify';
import { registerHttpTelemetry } from '@epro/telemetry';
import { answerClientError, rememberRequests } from './client-error.handler.js';
import { acceptJsonBodies } from './json-body.parser.js';
import { routeMalformedUrl } from './malformed-url.js';
import { NODE_SERVER_OPTIONS, replaceNodeRefusals } from './node-refusals.js';
import { limitRequestTime } from './request-budget.hook.js';

export const BODY_LIMIT_BYTES = 256 * 1024;

/** How long a client may take to send a request, for a large response over a slow mobile network. */
const UPLOAD_TIMEOUT_MS = 30_000;

/** Longer than any header that Node accepts: a parameter that is too long is then an id that nothing has. */
const PARAMETER_LIMIT = 32 * 1024;

/**
 * The HTTP server under Nest. Telemetry's hooks are its first: whatever a later one does, and whoever answers, the
 * request is traced and its headers are set.
 */
export function createFastify({ requestTimeoutMs }: { requestTimeoutMs: number }): FastifyInstance {
  const server = fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: UPLOAD_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // A request that still comes in over an open connection while the server closes is served, not refused.
    return503OnClosing: false,
    routerOptions: { maxParamLength: PARAMETER_LIMIT },
    rewriteUrl: routeMalformedUrl,
    clientErrorHandler: answerClientError,
    http: NODE_SERVER_OPTIONS,
  });
  registerHttpTelemetry(server, {
    untraced: ['/healthz', '/readyz'],
    // A suspected adverse reaction is looked into: its trace must be there, whatever share of the others is.
    alwaysSampled: ['POST /api/v1/adverse-events'],
  });
  rememberRequests(server);
  replaceNodeRefusals(server);
  limitRequestTime(server, requestTimeoutMs);
  keepOutOfCaches(server);
  acceptJsonBodies(server);
  return server;
}

/** What the API answers is a patient's or a token: no cache may hold it. */
function keepOutOfCaches(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
    done();
  });
}
