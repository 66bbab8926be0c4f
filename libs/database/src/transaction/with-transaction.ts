import { DomainError } from '@epro/contracts';
import type pg from 'pg';
import { isConnectionLost, isServerRefusal, toDatabaseError } from '../errors/database-error.js';

/**
 * Runs `fn` in one transaction and gives back what it returns, once the server has confirmed the commit. What `fn`
 * throws rolls everything back.
 *
 * @throws DomainError `UNAVAILABLE`: with reason `COMMIT_OUTCOME_UNKNOWN` where the connection was lost before the
 *   server confirmed, so that the transaction may or may not have taken effect
 */
export async function withTransaction<T>(pool: pg.Pool, fn: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toDatabaseError(error);
  });
  let broken: Error | boolean = false;
  try {
    await client.query('BEGIN');
    const result = await fn(client);
    await commit(client);
    return result;
  } catch (error) {
    broken = isConnectionLost(causeOf(error)) || !(await rollback(client));
    throw toDatabaseError(error);
  } finally {
    // A connection in an unknown state is closed, which also ends a transaction that is still open on it.
    client.release(broken);
  }
}

async function commit(client: pg.PoolClient): Promise<void> {
  let command: string;
  try {
    ({ command } = await client.query('COMMIT'));
  } catch (error) {
    if (isServerRefusal(error)) throw error;
    throw new DomainError(
      'UNAVAILABLE',
      'COMMIT_OUTCOME_UNKNOWN',
      'The database did not confirm what was sent. Send the same again to learn whether it was stored.',
      { metadata: { service: 'postgresql' }, cause: error },
    );
  }
  // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK, and with no error.
  if (command !== 'COMMIT') throw new Error('A statement of the transaction had failed: it was rolled back.');
}

/** Whether the connection is known to be out of the transaction. */
async function rollback(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

const causeOf = (error: unknown): unknown => (error instanceof DomainError ? error.cause : error);
