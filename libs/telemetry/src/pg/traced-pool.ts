import { context } from '@opentelemetry/api';
import pg from 'pg';
import { measuring } from '../metrics/measuring.js';
import { timeStatements } from '../metrics/statement-durations.js';
import { registerPgPool } from '../self-check/registry.js';
import { isSampled } from './is-sampled.js';
import { traceConnections } from './trace-connections.js';

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
  pool.on('connect', (client) => {
    client.on('error', () => {});
    skipUnsampled(client, 'query');
    if (measuring) timeStatements(client);
  });
  skipUnsampled(pool, 'connect');
  traceConnections(pool, config);
  return pool;
}

/** A method as instrumentation leaves it, with what it was before. */
type Instrumented = ((...args: unknown[]) => unknown) & { __original?: (...args: unknown[]) => unknown };

/**
 * Calls a method without its instrumentation where the trace is not recorded: that does much of its work also for a span
 * that then is none.
 */
function skipUnsampled<Name extends string>(target: Record<Name, unknown>, name: Name): void {
  const instrumented = target[name] as Instrumented;
  const original = instrumented.__original ?? instrumented;
  target[name] = (...args: unknown[]) => (isSampled(context.active()) ? instrumented : original).apply(target, args);
}
