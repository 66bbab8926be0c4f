import { EventEmitter } from 'node:events';
import { context, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import type pg from 'pg';
import { expect, it, vi } from 'vitest';
import { startTestTelemetry } from '../testing/index.js';
import { skipUnsampled } from './skip-unsampled.js';

vi.stubEnv('EPRO_TELEMETRY_PG', 'instrumentation');
startTestTelemetry();

const inTrace = (traceFlags: TraceFlags) =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags });
const instrumented = () => Object.assign(() => 'instrumented', { __original: () => 'original' });

it.each([
  { what: 'a recorded trace', ctx: inTrace(TraceFlags.SAMPLED), by: 'instrumented' },
  { what: 'one that is not', ctx: inTrace(TraceFlags.NONE), by: 'original' },
  { what: 'none', ctx: ROOT_CONTEXT, by: 'original' },
])('in $what, pool and connection are called as $by', ({ ctx, by }) => {
  const pool = Object.assign(new EventEmitter(), { connect: instrumented() });
  const client = { query: instrumented() };
  skipUnsampled(pool as unknown as pg.Pool);
  pool.emit('connect', client);
  expect(context.with(ctx, () => [pool.connect(), client.query()])).toEqual([by, by]);
});
