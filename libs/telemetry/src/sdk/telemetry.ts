import { context, diag, type Tracer, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { Hop } from './hops.js';
import { readTelemetryConfig, type TelemetryConfig } from './telemetry-config.js';

const SCOPE_NAME = '@epro/telemetry';

let config: TelemetryConfig | undefined;
let flush: (() => Promise<void>) | undefined;
let hasContextManager = false;

/** This process's telemetry configuration, read once. */
export function telemetryConfig(): TelemetryConfig {
  return (config ??= readTelemetryConfig());
}

/** Whether spans are recorded in this process: the preload has run and tracing is not disabled. */
export function isRecording(): boolean {
  return flush !== undefined;
}

/** Whether this hop is to be instrumented by us. */
export function isOwnHop(hop: Hop): boolean {
  const { omit, grpc, pg } = telemetryConfig();
  if (omit.includes(hop)) return false;
  if (hop === 'pg') return pg === 'pool';
  return grpc === 'interceptors' || !hop.startsWith('grpc-');
}

let withBaggage: boolean | undefined;

/** Whether business context crosses process boundaries. */
export function carriesBaggage(): boolean {
  return (withBaggage ??= telemetryConfig().propagators.includes('baggage'));
}

let ownTracer: Tracer | undefined;

export function tracer(): Tracer {
  return (ownTracer ??= trace.getTracer(SCOPE_NAME));
}

/** Tells that the SDK runs, and how its spans are flushed and it ends. */
export function telemetryStarted(shutdown: () => Promise<void>): void {
  flush = shutdown;
  hasContextManager = true;
}

/** What the last spans may cost: a backend that is down must not hold up the end of the process. */
const FLUSH_TIMEOUT_MS = 5000;

/** Sends what is left and ends the SDK. Does nothing where none runs, and never throws. */
export async function shutdownTelemetry(): Promise<void> {
  const shutdown = flush;
  flush = undefined;
  if (!shutdown) return;
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${FLUSH_TIMEOUT_MS} ms`)), FLUSH_TIMEOUT_MS);
  await Promise.race([shutdown(), timeout]).catch((error: unknown) => {
    diag.error('The last spans could not be sent:', error instanceof Error ? error.message : error);
  });
  clearTimeout(timer);
}

/** Request ids and deadlines need a context also where no span is recorded. */
export function ensureContextManager(): void {
  if (hasContextManager) return;
  hasContextManager = true;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
}
