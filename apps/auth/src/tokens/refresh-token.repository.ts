import { Inject, Injectable } from '@nestjs/common';
import { runStatement } from '@epro/database';
import type pg from 'pg';
import { CONFIG } from '../config/config-token.js';
import type { AuthConfig } from '../config/auth-config.js';
import { POOL } from '../config/pool.js';
import type { IdentityRow } from '../users/identity.js';
import type { RefreshTokenKey } from './refresh-token.js';

@Injectable()
export class RefreshTokenRepository {
  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(CONFIG) private readonly config: Pick<AuthConfig, 'AUTH_REFRESH_TOKEN_SECONDS'>,
  ) {}

  async issue(userId: string, { tenantId, hash }: RefreshTokenKey): Promise<void> {
    await runStatement(this.pool, {
      name: 'issue_refresh_token',
      text: 'SELECT auth.issue_refresh_token($1, $2, $3, $4)',
      values: [tenantId, userId, hash, this.config.AUTH_REFRESH_TOKEN_SECONDS],
    });
  }

  /** Ends a token and keeps its successor. `undefined` where it is not good, or its user is no longer active. */
  async rotate({ tenantId, hash }: RefreshTokenKey, successor: RefreshTokenKey): Promise<IdentityRow | undefined> {
    const [identity] = await runStatement<IdentityRow>(this.pool, {
      name: 'rotate_refresh_token',
      text: 'SELECT * FROM auth.rotate_refresh_token($1, $2, $3, $4)',
      values: [tenantId, hash, successor.hash, this.config.AUTH_REFRESH_TOKEN_SECONDS],
    });
    return identity;
  }
}
