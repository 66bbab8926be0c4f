import type { SpanQuery } from '../trace/span-query.js';
import { BadQueryError } from '../query/bad-query.error.js';
import { parseGoDuration } from '../query/go-duration.js';
import { inContext, parseAttributes, parseBoolean, parseInteger } from '../query/query-values.js';
import { parseRfc3339 } from '../query/rfc3339.js';

export interface V3Search {
  readonly query: SpanQuery;
  readonly limit: number;
  readonly raw: boolean;
}

const DEFAULT_LIMIT = 100n;

/**
 * Each parameter's name in Jaeger 2.19 and later, then the names that others use: up to 2.18 they were in snake case.
 *
 * @see https://github.com/jaegertracing/jaeger/blob/main/cmd/jaeger/internal/extension/jaegerquery/internal/apiv3/query_parser.go
 */
const NAMES = {
  service: ['query.serviceName', 'query.service_name'],
  operation: ['query.operationName', 'query.operation_name', 'query.span_name'],
  startMin: ['query.startTimeMin', 'query.start_time_min'],
  startMax: ['query.startTimeMax', 'query.start_time_max'],
  durationMin: ['query.durationMin', 'query.duration_min'],
  durationMax: ['query.durationMax', 'query.duration_max'],
  limit: ['query.searchDepth', 'query.search_depth', 'query.num_traces'],
  raw: ['query.rawTraces', 'query.raw_traces'],
  attributes: ['query.attributes'],
} as const;

export const TRACE_PARAMETERS = { raw: ['rawTraces', 'raw_traces'], spanKind: ['spanKind', 'span_kind'] } as const;

/**
 * Reads the parameters of `/api/v3/traces` and `/api/v3/trace-summaries`.
 *
 * @throws BadQueryError
 */
export function parseV3Search(params: URLSearchParams): V3Search {
  const startMin = parseParameter(params, NAMES.startMin, parseRfc3339);
  const startMax = parseParameter(params, NAMES.startMax, parseRfc3339);
  if (startMin === undefined || startMax === undefined)
    throw new BadQueryError(`${NAMES.startMin[0]} and ${NAMES.startMax[0]} are required`);
  if (startMin >= startMax) throw new BadQueryError(`${NAMES.startMin[0]} must be before ${NAMES.startMax[0]}`);

  const limit = parseParameter(params, NAMES.limit, parseInteger) ?? DEFAULT_LIMIT;
  if (limit < 1n) throw new BadQueryError('search depth must be greater than 0 and less than max traces');
  return {
    query: {
      service: parameter(params, NAMES.service)?.value,
      operation: parameter(params, NAMES.operation)?.value,
      startMin,
      startMax,
      durationMin: parseParameter(params, NAMES.durationMin, parseGoDuration),
      durationMax: parseParameter(params, NAMES.durationMax, parseGoDuration),
      attributes: parseParameter(params, NAMES.attributes, parseAttributes) ?? new Map<string, string>(),
    },
    limit: Number(limit),
    raw: parseParameter(params, NAMES.raw, parseBoolean) ?? false,
  };
}

/** The first of these names that the query has a value for. */
export function parameter(params: URLSearchParams, names: readonly string[]) {
  for (const name of names) {
    const value = params.get(name);
    if (value) return { name, value };
  }
  return undefined;
}

/** @throws BadQueryError that names the parameter */
export function parseParameter<Value>(
  params: URLSearchParams,
  names: readonly string[],
  parse: (text: string) => Value,
): Value | undefined {
  const given = parameter(params, names);
  return given && inContext(`malformed parameter ${given.name}`, () => parse(given.value));
}
