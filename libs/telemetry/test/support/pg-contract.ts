import { startPostgres, type PostgresServer } from '@epro/embedded-postgres';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { hrTimeToNanoseconds } from '@opentelemetry/core';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startMeasuring } from '../../src/metrics/measuring.js';
import { withSpan } from '../../src/span/with-span.js';
import type { TestTelemetry } from '../../src/testing/index.js';

/** What a way of tracing leaves beyond the contract. */
export interface PgDifferences {
  /** The events on the span of a failed statement. */
  readonly failureEvents: readonly string[];
  /** Spans of statements with a callback. */
  readonly callbackSpans: readonly string[];
  /** Spans that Submittables leave open. */
  readonly submittableSpans: readonly string[];
}

const UNSAMPLED = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags: TraceFlags.NONE,
});
const NONE: PgDifferences = { failureEvents: [], callbackSpans: [], submittableSpans: [] };

/**
 * Holds tracing of SQL to the contract, over a real PostgreSQL. Loads pg, so that telemetry has to run already.
 *
 * @param differences what this way of tracing leaves beyond it, as far as it is known
 */
export function describePgContract(telemetry: TestTelemetry, differences: PgDifferences = NONE): void {
  let createTracedPool: (config: pg.PoolConfig) => pg.Pool;
  let Query: typeof pg.Query;
  let server: PostgresServer;
  let pool: pg.Pool;

  beforeAll(async () => {
    ({ createTracedPool } = await import('../../src/pg/traced-pool.js'));
    ({ Query } = (await import('pg')).default);
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

  /** As a service does in a transaction. */
  const withClient = async <T>(fn: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    try {
      return await fn(client);
    } finally {
      client.release();
    }
  };
  const statementsSeen = () => telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT);

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

    it.each([
      { form: 'text', args: ['SELECT 7 AS n'] },
      { form: 'text and values', args: ['SELECT $1::int AS n', [7]] },
      { form: 'an object', args: [{ text: 'SELECT $1::int AS n', values: [7] }] },
      {
        form: 'an object with a name, prepared',
        args: [{ name: 'seven', text: 'SELECT $1::int + 0 AS n', values: [7] }],
        plan: 'seven',
      },
    ])('given as $form has its result and its span', async ({ args, plan }) => {
      const run = () =>
        withClient((client) =>
          (client as unknown as { query(...args: unknown[]): Promise<pg.QueryResult> }).query(...args),
        );
      for (let time = 0; time < 2; time++) expect((await withSpan('request', run)).rows).toEqual([{ n: 7 }]);
      const spans = statementsSeen();
      expect(spans.map(({ name }) => name)).toEqual(['SELECT', 'SELECT']);
      for (const { attributes } of spans) expect(attributes['db.postgresql.plan']).toBe(plan);
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
      expect(span.events.map(({ name }) => name)).toEqual(differences.failureEvents);
      expect(
        JSON.stringify(telemetry.spans().map(({ status, attributes, events }) => [status, attributes, events])),
      ).not.toContain('Jane');
    });

    it('that times out on this side is a failed one, of no SQLSTATE', async () => {
      const hasty = createTracedPool({ connectionString: server.url, max: 1, query_timeout: 20 });
      await expect(withSpan('request', () => hasty.query('SELECT pg_sleep(1)'))).rejects.toThrow('Query read timeout');
      const { status, attributes } = telemetry.span('SELECT pg_sleep');
      expect(status).toEqual({ code: SpanStatusCode.ERROR });
      expect(attributes['error.type']).toBe('_OTHER');
      expect(attributes).not.toHaveProperty('db.response.status_code');
      await hasty.end();
    });

    it('that pg refuses to make throws as it does, and leaves no span open', async () => {
      const nothing = undefined as never;
      await withClient((client) =>
        withSpan('request', () => {
          expect(() => client.query(nothing)).toThrow(/null or undefined query/);
          return Promise.resolve();
        }),
      );
      expect(statementsSeen().map(({ status }) => status)).toEqual([{ code: SpanStatusCode.ERROR }]);
      expect(telemetry.openSpans()).toEqual([]);
    });

    it('that fails with nobody to take it is an unhandled rejection, as without tracing', async () => {
      const listeners = process.rawListeners('unhandledRejection') as NodeJS.UnhandledRejectionListener[];
      process.removeAllListeners('unhandledRejection');
      const unhandled = new Promise((resolve) => process.once('unhandledRejection', resolve));
      try {
        await withClient(async (client) => {
          void withSpan('request', () => void client.query('SELECT 1 / 0'));
          expect(await unhandled).toMatchObject({ code: '22012' });
        });
      } finally {
        for (const listener of listeners) process.on('unhandledRejection', listener);
      }
    });
  });

  describe('what is not answered by a promise', () => {
    type Done = (error: Error | null, result: pg.QueryResult) => void;

    it.each<[string, (client: pg.PoolClient, done: Done) => void]>([
      ['a callback', (client, done) => client.query('SELECT 7 AS n', done)],
      ['a callback after values', (client, done) => client.query('SELECT $1::int AS n', [7], done)],
      ['one in an object', (client, callback) => client.query({ text: 'SELECT 7 AS n', callback } as never)],
    ])('has its rows: %s', async (_, send) => {
      const answer = (client: pg.PoolClient) =>
        new Promise((resolve, reject) => send(client, (error, { rows }) => (error ? reject(error) : resolve(rows))));
      expect(await withSpan('request', () => withClient(answer))).toEqual([{ n: 7 }]);
      expect(statementsSeen().map(({ name }) => name)).toEqual(differences.callbackSpans);
      expect(telemetry.openSpans()).toEqual([]);
    });

    it('has its rows: a Submittable, which is given back', async () => {
      const rows = await withSpan('request', () =>
        withClient(async (client) => {
          const query = new Query<{ n: number }>('SELECT 7 AS n');
          const returned: unknown = client.query(query);
          expect(returned).toBe(query);
          const seen: { n: number }[] = [];
          query.on('row', (row) => seen.push(row));
          await new Promise((resolve, reject) => query.on('end', resolve).on('error', reject));
          return seen;
        }),
      );
      expect(rows).toEqual([{ n: 7 }]);
      expect(statementsSeen()).toEqual([]);
      expect(telemetry.openSpans().map(({ name }) => name)).toEqual(differences.submittableSpans);
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
      const other = createTracedPool({ connectionString: server.url.replace(`:${server.port}/`, ':1/'), max: 1 });
      await expect(withSpan('request', () => other.query('SELECT 1'))).rejects.toThrow();
      expect(telemetry.span('pg-pool.connect').status.code).toBe(SpanStatusCode.ERROR);
      await other.end();
    });

    it('outside a request, or in one that is not recorded, leaves nothing, and no statement either', async () => {
      await pool.query('SELECT 1');
      await context.with(UNSAMPLED, () => pool.query('SELECT 1'));
      expect(telemetry.spans()).toEqual([]);
    });
  });

  describe('a pool with fewer connections than requests', () => {
    const request = (name: string) => withSpan(name, () => pool.query('SELECT pg_sleep(0.01)'));

    it('keeps each query in the trace of its own request', async () => {
      const background = pool.query('SELECT 1');
      const names = ['a', 'b', 'c', 'd', 'e'];
      await Promise.all([...names.map(request), background]);
      const queries = statementsSeen();
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

  // Last, because what is measured once is measured from then on.
  describe('where something is measured', () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
    const provider = new MeterProvider({ readers: [reader] });
    afterAll(() => provider.shutdown());

    it('a statement is timed, in a request or not, recorded or not, and if it fails by its SQLSTATE', async () => {
      startMeasuring(provider.getMeter('test'));
      const timed = createTracedPool({ connectionString: server.url, max: 1 });
      await timed.query('SELECT id FROM item WHERE id = $1', [1]);
      await withSpan('request', () => timed.query('SELECT id FROM item WHERE id = $1', [2]));
      await context.with(UNSAMPLED, () => timed.query('SELECT id FROM item WHERE id = $1', [3]));
      await expect(timed.query('SELECT id FROM item WHERE id = $1', ['Jane Doe'])).rejects.toThrow();
      await timed.end();
      await reader.forceFlush();
      const [duration] = exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
        .filter(({ descriptor }) => descriptor.name === 'db.client.operation.duration');
      const attributes = {
        'db.system.name': 'postgresql',
        'db.namespace': 'postgres',
        'db.operation.name': 'SELECT',
        'db.collection.name': 'item',
        'db.query.summary': 'SELECT item',
        'server.address': '127.0.0.1',
        'server.port': server.port,
      };
      expect(duration?.dataPoints.map((point) => [point.attributes, (point.value as { count: number }).count])).toEqual(
        [
          [attributes, 3],
          [{ ...attributes, 'error.type': '22P02' }, 1],
        ],
      );
    });
  });
}
