import type pg from 'pg';
import { withTransaction } from './with-transaction.js';

/**
 * Runs `fn` in a transaction that sees the rows of one tenant, and no others: row-level security reads `app.tenant`,
 * which lasts as long as the transaction. See {@link withTransaction} for what it promises and throws.
 *
 * @param tenantId as a verified token says, never as a caller typed it
 */
export function withTenant<T>(pool: pg.Pool, tenantId: string, fn: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return withTransaction(pool, async (client) => {
    await client.query({ name: 'set_tenant', text: "SELECT set_config('app.tenant', $1, true)", values: [tenantId] });
    return fn(client);
  });
}
