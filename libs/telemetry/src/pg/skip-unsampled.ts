import { context } from '@opentelemetry/api';
import type pg from 'pg';
import { isRecording, telemetryConfig } from '../sdk/telemetry.js';
import { isSampled } from './is-sampled.js';

/** A method as instrumentation leaves it, with what it was before. */
type Instrumented = ((...args: unknown[]) => unknown) & { __original?: (...args: unknown[]) => unknown };

/**
 * Calls a pool and its connections without instrumentation-pg where the trace is not recorded: that does much of its work
 * also for a span that then is none. Does nothing where it is not selected.
 */
export function skipUnsampled(pool: pg.Pool): void {
  if (!isRecording() || telemetryConfig().pg !== 'instrumentation') return;
  skip(pool, 'connect');
  pool.on('connect', (client) => skip(client, 'query'));
}

function skip<Name extends string>(target: Record<Name, unknown>, name: Name): void {
  const instrumented = target[name] as Instrumented;
  const original = instrumented.__original ?? instrumented;
  target[name] = (...args: unknown[]) => (isSampled(context.active()) ? instrumented : original).apply(target, args);
}
