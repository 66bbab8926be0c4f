import type { FastifyInstance } from 'fastify';
import { RequestRefusedError } from '../problem/request-refused.error.js';

/** Notes each route as it is registered. Call it before there are any. */
export function collectRoutes(fastify: FastifyInstance): ReadonlyMap<string, ReadonlySet<string>> {
  const methodsByUrl = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByUrl.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    methodsByUrl.set(url, methods);
  });
  return methodsByUrl;
}

/** Answers 405 with `Allow` where a path exists but not for this method; Fastify by itself says 404. */
export function refuseOtherMethods(fastify: FastifyInstance, routes: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [url, methods] of [...routes]) {
    const others = fastify.supportedMethods.filter((method) => !methods.has(method));
    if (others.length === 0 || url.includes('*')) continue;
    const allow = [...methods].sort().join(', ');
    fastify.route({
      method: others,
      url,
      // Before the body is read: what it holds does not matter.
      onRequest: (_request, _reply, done) =>
        done(new RequestRefusedError(405, 'METHOD_NOT_ALLOWED', `Use ${allow} here.`, { headers: { allow } })),
      handler: () => undefined,
    });
  }
}
