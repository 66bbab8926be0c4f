import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { createPool } from '@epro/database';
import type pg from 'pg';
import { AuthController } from './auth.controller.js';
import type { AuthConfig } from './config/auth-config.js';
import { CONFIG } from './config/config-token.js';
import { POOL } from './config/pool.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { SignInHandler } from './sign-in/sign-in.handler.js';
import { AccessTokens } from './tokens/access-tokens.js';
import { RefreshTokenHandler } from './tokens/refresh-token.handler.js';
import { RefreshTokenRepository } from './tokens/refresh-token.repository.js';
import { loadSigningKeys } from './tokens/signing-keys.js';
import { VerifyTokenHandler } from './tokens/verify-token.handler.js';
import { UserRepository } from './users/user.repository.js';

/** The service's module for one configuration. */
export function appModule(config: AuthConfig): new (...args: never[]) => unknown {
  @Module({
    controllers: [AuthController],
    providers: [
      { provide: CONFIG, useValue: config },
      { provide: POOL, useFactory: () => poolOf(config) },
      { provide: PasswordHasher, useFactory: () => PasswordHasher.create() },
      { provide: AccessTokens, inject: [POOL], useFactory: (pool: pg.Pool) => accessTokensOf(config, pool) },
      UserRepository,
      RefreshTokenRepository,
      SignInHandler,
      RefreshTokenHandler,
      VerifyTokenHandler,
    ],
  })
  class AppModule implements OnApplicationShutdown {
    constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

    onApplicationShutdown(): Promise<void> {
      return this.pool.end();
    }
  }
  return AppModule;
}

function poolOf(config: AuthConfig): pg.Pool {
  return createPool(config.AUTH_DATABASE_URL, {
    applicationName: 'epro-auth',
    max: config.DATABASE_POOL_SIZE,
    connectTimeoutMs: config.DATABASE_CONNECT_TIMEOUT_MS,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
  });
}

async function accessTokensOf(config: AuthConfig, pool: pg.Pool): Promise<AccessTokens> {
  return new AccessTokens(await loadSigningKeys(config.AUTH_SIGNING_KEY, pool), config.AUTH_ACCESS_TOKEN_SECONDS);
}
