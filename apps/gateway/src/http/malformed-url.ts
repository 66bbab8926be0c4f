import type { FastifyInstance } from 'fastify';
import { RequestRefusedError } from '../problem/request-refused.error.js';

/** Where requests go whose URL cannot be decoded. */
const MALFORMED_URL_ROUTE = '/.malformed-url';

/**
 * Fastify answers an undecodable URL before any hook runs, so without a trace, its headers and our error format.
 * As a route of its own such a request is handled like any other.
 */
export const routeMalformedUrl = (request: { url?: string }): string => {
  const url = request.url ?? '/';
  return isDecodable(url) ? url : MALFORMED_URL_ROUTE;
};

export function answerMalformedUrls(fastify: FastifyInstance): void {
  fastify.route({
    method: fastify.supportedMethods,
    url: MALFORMED_URL_ROUTE,
    onRequest: (_request, _reply, done) =>
      done(new RequestRefusedError(400, 'MALFORMED_URL', 'The URL has a percent sign that encodes nothing.')),
    handler: () => undefined,
  });
}

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURI(url.split(/[?#]/, 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}
