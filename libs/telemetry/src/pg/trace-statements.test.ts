import { EventEmitter } from 'node:events';
import { context, ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type pg from 'pg';
import { beforeEach, expect, it } from 'vitest';
import { withSpan } from '../span/with-span.js';
import { startTestTelemetry } from '../testing/index.js';
import { traceStatements } from './trace-statements.js';

const telemetry = startTestTelemetry();
beforeEach(() => telemetry.reset());

/** A connection whose statements end like this. */
function connection(query: () => Promise<unknown>): Pick<pg.PoolClient, 'query'> {
  const pool = new EventEmitter();
  traceStatements(pool as pg.Pool, { host: '127.0.0.1', database: 'epro' });
  const client = { query };
  pool.emit('connect', client);
  return client as unknown as pg.PoolClient;
}

it("a statement's span is this library's own, and the caller has its result", async () => {
  const client = connection(() => Promise.resolve('rows'));
  expect(await withSpan('request', () => client.query('SELECT 1'))).toBe('rows');
  expect(telemetry.span('SELECT').instrumentationScope.name).toBe('@epro/telemetry');
});

it('a statement of a trace that is not recorded is handed on, and nothing is made for it', async () => {
  const answer = Promise.resolve('rows');
  const client = connection(() => answer);
  const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.NONE };
  const unsampled = trace.setSpanContext(ROOT_CONTEXT, parent);
  expect(context.with(unsampled, () => client.query('SELECT 1'))).toBe(answer);
  expect(client.query('SELECT 1')).toBe(answer);
  await answer;
  expect(telemetry.openSpans()).toEqual([]);
});

it.each([
  ['a SQLSTATE', Object.assign(new Error('Jane Doe'), { code: '57P01' }), '57P01', '57P01'],
  ['a broken connection', Object.assign(new Error('Jane Doe'), { code: 'EPIPE' }), 'EPIPE', undefined],
  ['no code', new Error('Jane Doe'), '_OTHER', undefined],
  ['a code that may be anything', Object.assign(new Error('Jane Doe'), { code: 'Jane' }), '_OTHER', undefined],
  ['nothing', undefined, '_OTHER', undefined],
])('a failure with %s reaches the caller as it is, and the span with its code alone', async (_, error, type, state) => {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- Whatever it is.
  const client = connection(() => Promise.reject(error));
  const caught = await withSpan('request', () => client.query('SELECT 1').catch((reason: unknown) => ({ reason })));
  expect((caught as { reason: unknown }).reason).toBe(error);
  const { status, attributes, events } = telemetry.span('SELECT');
  expect(status).toEqual({ code: SpanStatusCode.ERROR });
  expect(attributes['error.type']).toBe(type);
  expect(attributes['db.response.status_code']).toBe(state);
  expect(events).toEqual([]);
  expect(JSON.stringify(attributes)).not.toContain('Jane');
});
