import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger } from '@epro/telemetry';
import { AppModule } from './app.module.js';
import type { GatewayConfig } from './config/gateway.config.js';
import { createFastify } from './http/create-fastify.js';
import { answerMalformedUrls } from './http/malformed-url.js';
import { collectRoutes, refuseOtherMethods } from './http/method-not-allowed.js';
import { SECURITY_HEADERS } from './http/security-headers.js';
import { serveDocs } from './openapi/serve-docs.js';

/** The gateway, ready to listen. */
export async function createGateway(config: GatewayConfig): Promise<NestFastifyApplication> {
  const fastify = createFastify(config);
  const routes = collectRoutes(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config), new FastifyAdapter(fastify), {
    // The server has its own: see acceptJsonBodies.
    bodyParser: false,
    logger: createLogger(),
  });
  app.useSecurityHeaders(SECURITY_HEADERS);
  serveDocs(app);
  await app.init();
  // From here on what a hook refuses is answered by Nest's filters.
  refuseOtherMethods(fastify, routes);
  answerMalformedUrls(fastify);
  return app;
}
