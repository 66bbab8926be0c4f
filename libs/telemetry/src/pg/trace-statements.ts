import { context, SpanStatusCode, type Span } from '@opentelemetry/api';
import { ATTR_DB_RESPONSE_STATUS_CODE, ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import type pg from 'pg';
import { measuring } from '../metrics/measuring.js';
import { recordStatement } from '../metrics/statement-durations.js';
import { isOwnHop, isRecording, tracer } from '../sdk/telemetry.js';
import { databaseAttributes } from './database-attributes.js';
import { errorCode, isSqlState } from './error-code.js';
import { isSampled } from './is-sampled.js';
import { KnownStatements } from './known-statements.js';

// pg declares eight overloads; what is given is handed on as it is.
type Query = (...args: unknown[]) => unknown;

/**
 * Gives every statement of a pool's connections a span in the request that makes it, and times it where something is
 * measured. A failed one has its SQLSTATE, and no word of PostgreSQL's. Statements outside a recorded request have no span;
 * those that answer otherwise than by a promise (callbacks, Submittables such as `pg-cursor` and `pg-query-stream`) are
 * neither traced nor timed.
 *
 * Spans are left to instrumentation-pg where that is selected. Without telemetry, connections stay as they are.
 */
export function traceStatements(pool: pg.Pool, config: pg.PoolConfig): void {
  if (!isRecording()) return;
  const isTraced = isOwnHop('pg');
  const statements = new KnownStatements(databaseAttributes(config));
  pool.on('connect', (client) => {
    if (isTraced || measuring) followQueries(client, statements, isTraced);
  });
}

function followQueries(client: pg.PoolClient, statements: KnownStatements, isTraced: boolean): void {
  const query = client.query.bind(client) as Query;
  const followed: Query = (...args) => {
    const active = context.active();
    const hasSpan = isTraced && isSampled(active);
    if ((!hasSpan && !measuring) || !isAnsweredByPromise(args)) return query(...args);
    const statement = statements.of(args[0]);
    const startedAt = measuring ? performance.now() : undefined;
    const span = hasSpan ? tracer().startSpan(statement.name, statement.spanOptions, active) : undefined;
    let result: Promise<unknown>;
    try {
      result = query(...args) as Promise<unknown>;
    } catch (error) {
      if (span) endFailed(span, errorCode(error));
      throw error;
    }
    return result.then(
      (value) => {
        span?.end();
        if (startedAt !== undefined) recordStatement(startedAt, statement.measured);
        return value;
      },
      (error: unknown) => {
        const code = errorCode(error);
        if (span) endFailed(span, code);
        if (startedAt !== undefined) recordStatement(startedAt, statement.measured, code);
        throw error;
      },
    );
  };
  client.query = followed as pg.PoolClient['query'];
}

/** By pg's rules for what is given to `query()`. */
function isAnsweredByPromise([query, values, callback]: readonly unknown[]): boolean {
  if (typeof values === 'function' || callback) return false;
  if (typeof query !== 'object' || query === null) return true;
  const { submit, callback: own } = query as { submit?: unknown; callback?: unknown };
  return typeof submit !== 'function' && !own;
}

function endFailed(span: Span, code: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute(ATTR_ERROR_TYPE, code);
  if (isSqlState(code)) span.setAttribute(ATTR_DB_RESPONSE_STATUS_CODE, code);
  span.end();
}
