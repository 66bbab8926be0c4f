import type { FastifyInstance } from 'fastify';

const LOOPBACK_ORIGIN = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/**
 * Lets pages of this machine, and no others, send telemetry: the web app's spans come straight from the browser.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function loopbackCors(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    reply.header('Vary', 'Origin');
    if (origin === undefined || !LOOPBACK_ORIGIN.test(origin)) return undefined;
    reply.header('Access-Control-Allow-Origin', origin);
    if (request.method !== 'OPTIONS') return undefined;
    return reply
      .code(204)
      .header('Access-Control-Allow-Methods', 'POST')
      .header('Access-Control-Allow-Headers', request.headers['access-control-request-headers'] ?? 'content-type')
      .header('Access-Control-Max-Age', '600')
      .send();
  });
  // Browsers preflight a path that has no handler of its own.
  server.options('/*', (_request, reply) => reply.code(204).send());
}
