import { startPostgres, type PostgresServer } from '@epro/embedded-postgres';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { hrTimeToNanoseconds } from '@opentelemetry/core';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { withSpan } from '../span/with-span.js';
import { startTestTelemetry } from '../testing/index.js';

const telemetry = startTestTelemetry();
// pg has to be loaded after its instrumentation.
const { createTracedPool } = await import('./traced-pool.js');

let server: PostgresServer;
let pool: pg.Pool;

beforeAll(async () => {
  server = await startPostgres();
  // One connection, so that every second query has to wait for a stranger to hand it over.
  pool = createTracedPool({ connectionString: server.url, max: 1 });
  await pool.query('CREATE TABLE item (id int PRIMARY KEY, note text)');
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});
beforeEach(() => telemetry.reset());

describe('a statement', () => {
  it('is a CLIENT span named by operation and table, without its parameters', async () => {
    await withSpan('request', () => pool.query('INSERT INTO item (id, note) VALUES ($1, $2)', [1, 'Jane Doe']));
    const span = telemetry.span('INSERT item');
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.parentSpanContext?.spanId).toBe(telemetry.span('request').spanContext().spanId);
    expect(span.attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'postgres',
      'db.operation.name': 'INSERT',
      'db.collection.name': 'item',
      'db.query.summary': 'INSERT item',
      'db.query.text': 'INSERT INTO item (id, note) VALUES ($1, $2)',
      'server.address': '127.0.0.1',
      'server.port': server.port,
    });
    expect(telemetry.spans().map(({ name }) => name)).toEqual(['pg-pool.connect', 'INSERT item', 'request']);
  });

  it('outside a request leaves no span', async () => {
    await pool.query('SELECT 1');
    expect(telemetry.spans()).toEqual([]);
  });

  it.each([
    ['SELECT $1::uuid', ['Jane Doe'], '22P02'],
    ['SELECT 1 / $1::int', [0], '22012'],
  ])('that fails (%s) has its SQLSTATE and none of the words of PostgreSQL', async (text, values, code) => {
    await expect(withSpan('request', () => pool.query<object, unknown[]>(text, values))).rejects.toMatchObject({
      code,
    });
    const span = telemetry.span('SELECT');
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span.attributes).toMatchObject({ 'error.type': code, 'db.response.status_code': code });
    expect(
      JSON.stringify(telemetry.spans().map(({ status, attributes, events }) => [status, attributes, events])),
    ).not.toContain('Jane');
  });
});

describe('waiting for a connection', () => {
  it('is a span of the request that waits, for as long as it does', async () => {
    const holder = await pool.connect();
    const request = withSpan('request', () => pool.query('SELECT 1'));
    await vi.waitFor(() => expect(pool.waitingCount).toBe(1));
    holder.release();
    await request;
    const wait = telemetry.span('pg-pool.connect');
    expect(wait.parentSpanContext?.spanId).toBe(telemetry.span('request').spanContext().spanId);
    expect(wait.kind).toBe(SpanKind.INTERNAL);
    expect(wait.attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'postgres',
      'server.address': '127.0.0.1',
      'server.port': server.port,
    });
    expect(hrTimeToNanoseconds(wait.endTime)).toBeLessThanOrEqual(
      hrTimeToNanoseconds(telemetry.span('SELECT').startTime),
    );
  });

  it('in vain is a failed one', async () => {
    const other = createTracedPool({ connectionString: server.url.replace(/:\d+/, ':1'), max: 1 });
    await expect(withSpan('request', () => other.query('SELECT 1'))).rejects.toThrow();
    expect(telemetry.span('pg-pool.connect').status.code).toBe(SpanStatusCode.ERROR);
    await other.end();
  });

  it('outside a request, or in one that is not recorded, leaves nothing, and no statement either', async () => {
    const unsampled = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 };
    await pool.query('SELECT 1');
    await context.with(trace.setSpanContext(context.active(), unsampled), () => pool.query('SELECT 1'));
    expect(telemetry.spans()).toEqual([]);
  });
});

describe('a pool with fewer connections than requests', () => {
  const request = (name: string) => withSpan(name, () => pool.query('SELECT pg_sleep(0.01)'));

  it('keeps each query in the trace of its own request', async () => {
    const background = pool.query('SELECT 1');
    const names = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all([...names.map(request), background]);
    const queries = telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
    expect(queries).toHaveLength(names.length);
    for (const name of names) {
      const { traceId, spanId } = telemetry.span(name).spanContext();
      const own = queries.filter((query) => query.spanContext().traceId === traceId);
      expect(own.map((query) => query.parentSpanContext?.spanId)).toEqual([spanId]);
    }
  });

  it('refuses a callback, which would lose its request', async () => {
    const careless = pool as unknown as { query(text: string, done: () => void): Promise<unknown> };
    await expect(careless.query('SELECT 1', () => {})).rejects.toThrow(/promises only/);
  });
});

it('survives the loss of its connection, idle and in use', async () => {
  const kill = (pid: number) =>
    withSpan('killer', async () => {
      const other = createTracedPool({ connectionString: server.url, max: 1 });
      await other.query('SELECT pg_terminate_backend($1)', [pid]);
      await other.end();
    });
  const pid = async () => (await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;
  await kill(await pid());
  const busy = await pid().catch(() => pid());
  const sleeping = pool.query('SELECT pg_sleep(60)').then(
    () => 'slept',
    (error: Error) => error.message,
  );
  await kill(busy);
  expect(await sleeping).toMatch(/terminat/);
  await expect(pool.query('SELECT 1')).resolves.toBeDefined();
});
