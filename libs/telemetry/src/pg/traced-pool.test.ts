import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { createTracedPool } from './traced-pool.js';

it('without telemetry, connections and the pool stay as pg made them', async () => {
  const pool = createTracedPool({});
  const query = () => {};
  const client = Object.assign(new EventEmitter(), { query });
  pool.emit('connect', client);
  expect(client.query).toBe(query);
  expect(Object.hasOwn(pool, 'connect')).toBe(false);
  await pool.end();
});
