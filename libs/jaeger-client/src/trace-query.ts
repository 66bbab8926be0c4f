/** Which traces to find: those with a span that satisfies all of this at once. */
export interface TraceQuery {
  readonly service: string;
  readonly operation?: string;
  /** Each an attribute of the span, of its resource, its scope or one of its events; compared as text. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  /** The span began between these. */
  readonly start: Date;
  readonly end: Date;
  /** The most traces to return; 100 if not given. The most recent ones. */
  readonly limit?: number;
  readonly minDurationMs?: number;
  readonly maxDurationMs?: number;
}

export const DEFAULT_LIMIT = 100;

/**
 * The parameters of `/api/v3/traces`, each under both of its names: Jaeger from 2.19 on knows the first, up to 2.18 the
 * second, and one that knows both takes the first.
 */
export function v3Parameters(query: TraceQuery): URLSearchParams {
  const params = new URLSearchParams();
  const set = (value: string | undefined, ...names: string[]) => {
    if (value !== undefined) for (const name of names) params.set(name, value);
  };
  set(query.service, 'query.serviceName', 'query.service_name');
  set(query.operation, 'query.operationName', 'query.operation_name');
  set(query.start.toISOString(), 'query.startTimeMin', 'query.start_time_min');
  set(query.end.toISOString(), 'query.startTimeMax', 'query.start_time_max');
  set(String(query.limit ?? DEFAULT_LIMIT), 'query.searchDepth', 'query.num_traces');
  set(duration(query.minDurationMs), 'query.durationMin', 'query.duration_min');
  set(duration(query.maxDurationMs), 'query.durationMax', 'query.duration_max');
  if (query.attributes) set(JSON.stringify(textValues(query.attributes)), 'query.attributes');
  return params;
}

/** A search whose attributes are not JSON: a Jaeger that reads them refuses it, one that does not answers it. */
export function attributesProbe(): URLSearchParams {
  const params = v3Parameters({ service: 'none', start: new Date(0), end: new Date(1), limit: 1 });
  params.set('query.attributes', 'not JSON');
  return params;
}

/** The parameters of `/api/traces`, the search of Jaeger up to 2.20. */
export function legacyParameters(query: TraceQuery): URLSearchParams {
  const params = new URLSearchParams({
    service: query.service,
    start: String(query.start.getTime() * 1000),
    end: String(query.end.getTime() * 1000),
    limit: String(query.limit ?? DEFAULT_LIMIT),
    tags: JSON.stringify(textValues(query.attributes ?? {})),
  });
  if (query.operation !== undefined) params.set('operation', query.operation);
  if (query.minDurationMs !== undefined) params.set('minDuration', duration(query.minDurationMs)!);
  if (query.maxDurationMs !== undefined) params.set('maxDuration', duration(query.maxDurationMs)!);
  return params;
}

/** In microseconds: Go reads no exponent, which a small or large number would be written with. */
const duration = (millis: number | undefined) => (millis === undefined ? undefined : `${Math.round(millis * 1000)}us`);

function textValues(attributes: NonNullable<TraceQuery['attributes']>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)]));
}
