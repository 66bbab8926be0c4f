import type { FastifyInstance } from 'fastify';
import { RequestRefusedError } from '../problem/request-refused.error.js';

/** For Node's server: leave it to {@link replaceNodeRefusals} to ask for a Host header. */
export const NODE_SERVER_OPTIONS = { requireHostHeader: false };

/** Node refuses two kinds of requests by itself, in no format and with no headers. They come to Fastify instead. */
export function replaceNodeRefusals(fastify: FastifyInstance): void {
  // RFC 9112, 3.2
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { httpVersion, headers } = request.raw;
    if (headers.host !== undefined || httpVersion !== '1.1') return done();
    done(new RequestRefusedError(400, 'HOST_REQUIRED', 'The Host header is missing.'));
  });
  // RFC 9110, 10.1.1: an expectation that is not known may be ignored.
  fastify.server.on('checkExpectation', (request, response) => fastify.routing(request, response));
}
