import pg from 'pg';
import { registerPgPool } from '../self-check/registry.js';
import { skipUnsampled } from './skip-unsampled.js';
import { traceConnections } from './trace-connections.js';
import { traceStatements } from './trace-statements.js';

/**
 * A pool whose queries belong to the request that makes them, also when they had to wait for a connection.
 *
 * pg-pool serves a waiting `query()` from the callback of whoever returns a connection, in that request's context;
 * its statement then lands in a stranger's trace. Awaiting the connection keeps the caller's own.
 */
class TracedPool extends pg.Pool {
  readonly #forget = registerPgPool(this);

  // pg declares eight overloads, callbacks among them; promises are the one form that keeps the context.
  override query = (async (...args: Parameters<pg.PoolClient['query']>) => {
    if (typeof args.at(-1) === 'function')
      throw new TypeError('This pool has promises only: a callback would lose its request.');
    const client = await this.connect();
    let failure: Error | undefined;
    try {
      return await (client.query as (...args: unknown[]) => Promise<unknown>)(...args);
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      // As pg-pool does: a connection whose query failed is not used again.
      client.release(failure);
    }
  }) as unknown as pg.Pool['query'];

  override end(): Promise<void>;
  override end(done: () => void): void;
  override end(done?: () => void): Promise<void> | void {
    this.#forget();
    return done ? super.end(done) : super.end();
  }
}

/** Makes a pool that is safe to trace. See {@link https://node-postgres.com/apis/pool} for its options. */
export function createTracedPool(config: pg.PoolConfig): pg.Pool {
  const pool = new TracedPool(config);
  // A connection that breaks, idle or in use, is an 'error' event, and one without a listener ends the process. Whoever
  // uses the connection gets the failure from its query; the pool has dropped it by itself.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  skipUnsampled(pool);
  traceStatements(pool, config);
  traceConnections(pool, config);
  return pool;
}
