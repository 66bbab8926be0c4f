import type { Attributes } from '@opentelemetry/api';
import type pg from 'pg';
import { registeredPgPools } from '../self-check/registry.js';
import {
  ATTR_DB_CLIENT_CONNECTION_POOL_NAME,
  ATTR_DB_CLIENT_CONNECTION_STATE,
  METRIC_DB_CLIENT_CONNECTION_COUNT,
  METRIC_DB_CLIENT_CONNECTION_MAX,
  METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS,
} from '../semconv/metrics.js';
import { onMeasuring } from './measuring.js';

interface PoolState {
  readonly name: Attributes;
  idle: number;
  used: number;
  pending: number;
  max: number;
}

/** Read from the pools when somebody asks, so that it costs a query nothing. */
onMeasuring((meter) => {
  const count = meter.createObservableUpDownCounter(METRIC_DB_CLIENT_CONNECTION_COUNT, {
    unit: '{connection}',
    description: 'Connections to the database, idle and in use.',
  });
  const max = meter.createObservableUpDownCounter(METRIC_DB_CLIENT_CONNECTION_MAX, {
    unit: '{connection}',
    description: 'Connections that the pool may hold.',
  });
  const pending = meter.createObservableUpDownCounter(METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS, {
    unit: '{request}',
    description: 'Requests that wait for a connection.',
  });
  meter.addBatchObservableCallback(
    (result) => {
      for (const pool of poolStates()) {
        result.observe(count, pool.idle, { ...pool.name, [ATTR_DB_CLIENT_CONNECTION_STATE]: 'idle' });
        result.observe(count, pool.used, { ...pool.name, [ATTR_DB_CLIENT_CONNECTION_STATE]: 'used' });
        result.observe(max, pool.max, pool.name);
        result.observe(pending, pool.pending, pool.name);
      }
    },
    [count, max, pending],
  );
});

/** By name. Pools that have ended stay, at 0: a series that is no longer told would keep its last value. */
const states = new Map<string, PoolState>();

/** Pools of one name add up. */
function poolStates(): Iterable<PoolState> {
  for (const state of states.values()) state.idle = state.used = state.pending = state.max = 0;
  for (const pool of registeredPgPools()) {
    const state = stateOf(pool);
    state.idle += pool.idleCount;
    state.used += pool.totalCount - pool.idleCount;
    state.pending += pool.waitingCount;
    state.max += pool.options.max;
  }
  return states.values();
}

function stateOf({ options }: pg.Pool): PoolState {
  const name = options.application_name ?? 'postgresql';
  let state = states.get(name);
  if (!state) {
    state = { name: { [ATTR_DB_CLIENT_CONNECTION_POOL_NAME]: name }, idle: 0, used: 0, pending: 0, max: 0 };
    states.set(name, state);
  }
  return state;
}
