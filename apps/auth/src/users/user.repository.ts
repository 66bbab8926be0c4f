import { Inject, Injectable } from '@nestjs/common';
import { runStatement } from '@epro/database';
import type pg from 'pg';
import { POOL } from '../config/pool.js';
import type { IdentityRow } from './identity.js';

/** A user that may sign in. */
export interface UserRow extends IdentityRow {
  password_hash: string;
}

/** Active users. Whoever is not active is not found. */
@Injectable()
export class UserRepository {
  constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

  async findByName(tenantId: string, username: string): Promise<UserRow | undefined> {
    const [user] = await runStatement<UserRow>(this.pool, {
      name: 'find_user',
      text: 'SELECT * FROM auth.find_user($1, $2)',
      values: [tenantId, username],
    });
    return user;
  }

  async findById(tenantId: string, userId: string): Promise<IdentityRow | undefined> {
    const [identity] = await runStatement<IdentityRow>(this.pool, {
      name: 'active_user',
      text: 'SELECT * FROM auth.active_user($1, $2)',
      values: [tenantId, userId],
    });
    return identity;
  }
}
