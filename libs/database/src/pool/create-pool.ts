import { createTracedPool } from '@epro/telemetry';
import type pg from 'pg';

export interface PoolOptions {
  /** Shown in `pg_stat_activity`, for example `epro-storage`. */
  applicationName: string;
  /** Connections held at most. Default 10. */
  max?: number;
  /** Longest wait for a connection, free or new, in ms. Default 2000. */
  connectTimeoutMs?: number;
  /** Longest run of one statement, in ms. Default 4000. */
  statementTimeoutMs?: number;
}

/** After this the client gives up on a server that says nothing at all, such as one behind a dead network. */
const ANSWER_ALLOWANCE_MS = 1000;
const IDLE_TIMEOUT_MS = 30_000;

/**
 * A traced pool in which nothing waits without an end: not for a connection, a statement, or a transaction that its
 * process forgot.
 *
 * @param url `postgres://role:password@host:5432/database`
 */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const { applicationName, max = 10, connectTimeoutMs = 2000, statementTimeoutMs = 4000 } = options;
  return createTracedPool({
    connectionString: url,
    application_name: applicationName,
    max,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + ANSWER_ALLOWANCE_MS,
    idle_in_transaction_session_timeout: statementTimeoutMs + ANSWER_ALLOWANCE_MS,
    keepAlive: true,
  });
}
