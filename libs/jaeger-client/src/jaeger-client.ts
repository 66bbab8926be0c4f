import type { TraceSpan } from '@epro/trace-contract';
import { jaegerHttp, type JaegerHttp } from './jaeger-http.js';
import { JaegerError } from './jaeger.error.js';
import { parseSpans } from './parse-spans.js';
import { attributesProbe, legacyParameters, v3Parameters, type TraceQuery } from './trace-query.js';
import { waitForTrace, type WaitForTraceOptions } from './wait-for-trace.js';

export interface JaegerClientOptions {
  /** Of the query service, such as `http://localhost:16686`; with its base path, if it has one. */
  readonly url: string;
  /** For one answer; 10 seconds if not given. */
  readonly timeoutMs?: number;
}

/**
 * Reads traces from trace-desk or from a Jaeger, of every version since 1.50.
 *
 * Every method throws `JaegerError` when there is no usable answer.
 */
export interface JaegerClient {
  /** The services that sent spans, in alphabetical order. */
  services(): Promise<string[]>;
  /** Whole traces, the one with the latest start first; empty when none matches. */
  findTraces(query: TraceQuery): Promise<TraceSpan[][]>;
  /** All spans of a trace that have arrived, by start; undefined when none has. */
  getTrace(traceId: string): Promise<TraceSpan[] | undefined>;
  /**
   * Asks for a trace again and again until it is as wanted, and returns it.
   *
   * @throws TraceWaitError that says what was there when the time was over
   */
  waitForTrace(traceId: string, options: WaitForTraceOptions): Promise<TraceSpan[]>;
}

/** How many traces are asked for at once. */
const PARALLEL = 8;

export function createJaegerClient({ url, timeoutMs = 10_000 }: JaegerClientOptions): JaegerClient {
  const http = jaegerHttp(url, timeoutMs);
  let readsAttributes: boolean | undefined;

  const getTrace = async (traceId: string, signal?: AbortSignal) => {
    if (!/^[0-9a-f]{32}$/i.test(traceId)) throw new JaegerError('a trace id is 32 hex digits');
    const body = await http.get(`/api/v3/traces/${traceId}`, undefined, signal);
    const spans = body === undefined ? [] : parseSpans(body);
    return spans.length > 0 ? byStart(spans) : undefined;
  };

  return {
    async services() {
      const body = await http.get('/api/v3/services');
      // Jaeger leaves an empty list out.
      const services = parseJson<{ services?: unknown }>(body ?? '{}').services ?? [];
      if (!Array.isArray(services)) throw new JaegerError(`${url} has no list of services: is it a Jaeger?`);
      return services.map(String).sort();
    },

    async findTraces(query) {
      if (Object.keys(query.attributes ?? {}).length > 0) {
        readsAttributes ??= await probe(http);
        if (!readsAttributes) return findByLegacySearch(http, getTrace, query);
      }
      const body = await http.get('/api/v3/traces', v3Parameters(query));
      return body === undefined
        ? []
        : latestFirst([...Map.groupBy(parseSpans(body), ({ traceId }) => traceId).values()]);
    },

    getTrace: (traceId) => getTrace(traceId),
    waitForTrace: (traceId, options) => waitForTrace((signal) => getTrace(traceId, signal), traceId, options),
  };
}

/** Up to 2.18, the v3 search takes no notice of attributes and returns everything else that matches. */
async function probe(http: JaegerHttp): Promise<boolean> {
  try {
    await http.get('/api/v3/traces', attributesProbe());
    return false;
  } catch (error) {
    if (error instanceof JaegerError && error.status === 400) return true;
    throw error;
  }
}

async function findByLegacySearch(
  http: JaegerHttp,
  getTrace: (traceId: string) => Promise<TraceSpan[] | undefined>,
  query: TraceQuery,
): Promise<TraceSpan[][]> {
  const body = await http.get('/api/traces', legacyParameters(query));
  const found = parseJson<{ data?: { traceID: string }[] | null }>(body ?? '{}').data ?? [];
  const ids = found.map(({ traceID }) => traceID.padStart(32, '0'));
  const traces: TraceSpan[][] = [];
  for (let first = 0; first < ids.length; first += PARALLEL) {
    const some = await Promise.all(ids.slice(first, first + PARALLEL).map((id) => getTrace(id)));
    // One may have been dropped since the search.
    traces.push(...some.filter((trace) => trace !== undefined));
  }
  return latestFirst(traces);
}

function parseJson<Shape>(body: string): Shape {
  try {
    return JSON.parse(body) as Shape;
  } catch (cause) {
    throw new JaegerError('the answer is not JSON: is this a Jaeger?', { cause });
  }
}

function latestFirst(traces: TraceSpan[][]): TraceSpan[][] {
  return traces.map(byStart).sort((a, b) => compare(b[0]!.startTime, a[0]!.startTime));
}

/** Spans that began at once stay in a fixed order, whatever order they came in. */
function byStart(spans: TraceSpan[]): TraceSpan[] {
  return spans.sort((a, b) => compare(a.startTime, b.startTime) || compare(a.spanId, b.spanId));
}

const compare = <Value extends bigint | string>(a: Value, b: Value) => (a < b ? -1 : a > b ? 1 : 0);
