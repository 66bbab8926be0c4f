import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Identity } from '@epro/contracts';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set by the auth guard on every route that is not public. */
    identity?: Identity;
  }
}

/** The verified caller. */
export const CurrentIdentity = createParamDecorator((_data: unknown, context: ExecutionContext): Identity => {
  const { identity } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!identity) throw new Error('CurrentIdentity is used on a public route.');
  return identity;
});
