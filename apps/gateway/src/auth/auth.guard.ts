import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError, type Identity, type Role } from '@epro/contracts';
import { setBusinessContext } from '@epro/telemetry';
import type { FastifyRequest } from 'fastify';
import { RequestRefusedError } from '../problem/request-refused.error.js';
import { AUTH_CLIENT, type AuthClient } from '../services/service-clients.js';
import { bearerToken } from './bearer-token.js';
import { PUBLIC } from './public.decorator.js';
import { roleName } from './role-name.js';
import { ROLES } from './roles.decorator.js';

/** Lets a request through to a route when its token is good and holds a role that the route accepts. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(AUTH_CLIENT) private readonly auth: AuthClient,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, targets)) return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const identity = await this.identityOf(request.headers.authorization);
    request.identity = identity;
    setBusinessContext(
      {
        tenantId: identity.tenantId,
        patientId: identity.patientId || undefined,
        userId: identity.userId,
        userRole: identity.roles.map(roleName),
        studyId: identity.studyId || undefined,
        siteId: identity.siteId || undefined,
      },
      { from: 'token' },
    );

    const allowed = this.reflector.getAllAndOverride<Role[] | undefined>(ROLES, targets);
    if (allowed && !identity.roles.some((role) => allowed.includes(role))) {
      throw new DomainError(
        'PERMISSION_DENIED',
        'ROLE_NOT_ALLOWED',
        `Only a ${allowed.map(roleName).join(' or ')} may do this.`,
      );
    }
    return true;
  }

  private async identityOf(authorization: string | undefined): Promise<Identity> {
    const accessToken = bearerToken(authorization);
    if (!accessToken) throw unauthenticated('TOKEN_REQUIRED', 'Send an access token as "Authorization: Bearer …".');
    const { identity } = await this.auth.verifyToken({ accessToken }).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'UNAUTHENTICATED') {
        throw unauthenticated(error.reason, error.message, ', error="invalid_token"');
      }
      throw error;
    });
    if (!identity?.tenantId || !identity.userId) throw new Error('VerifyToken answered without an identity.');
    return identity;
  }
}

const unauthenticated = (code: string, detail: string, challenge = '') =>
  new RequestRefusedError(401, code, detail, { headers: { 'www-authenticate': `Bearer realm="epro"${challenge}` } });
