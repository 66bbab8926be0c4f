import { context, SpanKind, type Attributes } from '@opentelemetry/api';
import {
  ATTR_DB_NAMESPACE,
  ATTR_DB_SYSTEM_NAME,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@opentelemetry/semantic-conventions';
import pg from 'pg';
import { isOwnHop, isRecording, tracer } from '../sdk/telemetry.js';
import { isSampled } from './is-sampled.js';
import { endWithError } from '../span/follow-result.js';
import { shareAttributes } from '../trace/shared-attributes.js';

/** As instrumentation-pg names it. */
const NAME = 'pg-pool.connect';

/**
 * Gives every wait for a connection a span in the request that waits: a pool that is too small is seen in a trace as what
 * it is, and not as slow SQL. Callbacks and waits outside a request have none.
 */
export function traceConnections(pool: pg.Pool, config: pg.PoolConfig): void {
  if (!isRecording() || !isOwnHop('pg')) return;
  const options = { kind: SpanKind.INTERNAL, attributes: attributesOf(config) };
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

/** The same for all, so that it is encoded once. */
function attributesOf(config: pg.PoolConfig): Attributes {
  const { host, port, database } = new pg.Client(config);
  return shareAttributes({
    [ATTR_DB_SYSTEM_NAME]: 'postgresql',
    [ATTR_DB_NAMESPACE]: database ?? '',
    [ATTR_SERVER_ADDRESS]: host,
    [ATTR_SERVER_PORT]: port,
  });
}
