import { createJaegerClient, type JaegerClient } from '@epro/jaeger-client';
import { startSystem, type RunningSystem, type SystemOptions } from '@epro/system';
import { checkTrace, classifyTrace, describeViolation, type TraceContract, type TraceSpan } from '@epro/trace-contract';
import pg from 'pg';
import { Api } from './api.js';
import type { Backend } from './backends.js';

/** The running platform with its API, its traces and its database. */
export interface Platform {
  readonly system: RunningSystem;
  readonly api: Api;
  readonly jaeger: JaegerClient;
  /** Rows that were stored for submissions with this idempotency key, or in all; seen as a superuser. */
  countSubmissions(idempotencyKey?: string): Promise<number>;
  /** Waits until the trace is what its contract says, and gives it back; fails with what is wrong with it. */
  completeTrace(traceId: string, contract: TraceContract): Promise<readonly TraceSpan[]>;
  stop(): Promise<void>;
}

const TRACE_TIMEOUT_MS = 15_000;

export async function startPlatform(backend: Backend, options: SystemOptions = {}): Promise<Platform> {
  const traces = await backend.start();
  const system = await startSystem({ ports: 'free', traceBackend: traces.traceBackend, ...options }).catch(
    async (error: unknown) => {
      await traces.stop();
      throw error;
    },
  );
  const jaeger = createJaegerClient({ url: system.urls.traces });
  const database = databaseUrl(system);
  return {
    system,
    api: new Api(system.urls.gateway),
    jaeger,
    countSubmissions: (key) => count(database, key),
    completeTrace: (traceId, contract) => completeTrace(jaeger, traceId, contract),
    async stop() {
      await system.stop();
      await traces.stop();
    },
  };
}

function databaseUrl(system: RunningSystem): string {
  const url = new URL(system.postgres!.url);
  url.pathname = '/epro';
  return url.href;
}

async function count(url: string, idempotencyKey?: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = idempotencyKey
      ? await client.query<{ n: number }>(
          'SELECT count(*)::int AS n FROM storage.idempotency_record WHERE idempotency_key = $1',
          [idempotencyKey],
        )
      : await client.query<{ n: number }>('SELECT count(*)::int AS n FROM storage.submission_version');
    return rows[0]!.n;
  } finally {
    await client.end();
  }
}

async function completeTrace(jaeger: JaegerClient, traceId: string, contract: TraceContract) {
  let seen: readonly TraceSpan[] = [];
  const until = (spans: readonly TraceSpan[]) => {
    seen = spans;
    return checkTrace(spans, contract).length === 0;
  };
  try {
    return await jaeger.waitForTrace(traceId, { until, timeoutMs: TRACE_TIMEOUT_MS });
  } catch (error) {
    const violations = checkTrace(seen, contract).map(describeViolation);
    throw new Error([`Trace ${traceId} is no "${contract.title}":`, ...violations].join('\n  '), { cause: error });
  }
}

/** In words, what is wrong with a trace; nothing for one that is what its contract says. */
export function violationsOf(spans: readonly TraceSpan[]): string[] {
  const contract = classifyTrace(spans);
  return contract ? checkTrace(spans, contract).map(describeViolation) : ['covered by no contract'];
}
