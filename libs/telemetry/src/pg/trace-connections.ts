import { context, SpanKind } from '@opentelemetry/api';
import type pg from 'pg';
import { isRecording, telemetryConfig, tracer } from '../sdk/telemetry.js';
import { endWithError } from '../span/follow-result.js';
import { shareAttributes } from '../trace/shared-attributes.js';
import { databaseAttributes } from './database-attributes.js';
import { isSampled } from './is-sampled.js';

/** As instrumentation-pg names it. */
const NAME = 'pg-pool.connect';

/**
 * Gives every wait for a connection a span in the request that waits: a pool that is too small is seen in a trace as what
 * it is, and not as slow SQL. Callbacks and waits outside a request have none. Whoever traces the statements.
 */
export function traceConnections(pool: pg.Pool, config: pg.PoolConfig): void {
  if (!isRecording() || telemetryConfig().omit.includes('pg')) return;
  const options = { kind: SpanKind.INTERNAL, attributes: shareAttributes(databaseAttributes(config)) };
  const connect = pool.connect.bind(pool) as (...args: unknown[]) => Promise<pg.PoolClient>;
  const traced = (...args: unknown[]): Promise<pg.PoolClient> => {
    const active = context.active();
    if (args.length > 0 || !isSampled(active)) return connect(...args);
    const span = tracer().startSpan(NAME, options, active);
    return connect().then(
      (client) => {
        span.end();
        return client;
      },
      (error: unknown) => endWithError(span, error),
    );
  };
  pool.connect = traced as pg.Pool['connect'];
}
