import type { SpanQuery } from '../trace/span-query.js';
import { BadQueryError } from '../query/bad-query.error.js';
import { parseGoDuration } from '../query/go-duration.js';
import { inContext, parseAttributes, parseBoolean, parseInteger } from '../query/query-values.js';
import { parseTraceId } from '../query/trace-id.js';

export interface LegacySearch {
  /** When there are any, the traces to get; the rest of the search then does not count. */
  readonly traceIds: readonly string[];
  readonly query: SpanQuery;
  readonly limit: number;
  readonly raw: boolean;
}

const DEFAULT_LIMIT = 100n;
const MICROSECOND = 1000n;
const MILLISECOND = 1_000_000n;
const DAY = 86_400_000n * MILLISECOND;
/** How far a search goes back, and dependencies are counted, when nothing else is said. */
const DEFAULT_SEARCH_LOOKBACK = 2n * DAY;
const DEFAULT_DEPENDENCY_LOOKBACK = DAY;

/**
 * Reads the parameters of `/api/traces`: times in microseconds, durations as Go writes them. `lookback` is for the UI
 * itself, which turns it into `start`.
 *
 * @param now Unix nanoseconds
 * @throws BadQueryError
 * @see https://github.com/jaegertracing/jaeger/blob/v1.76.0/cmd/query/app/query_parser.go
 */
export function parseLegacySearch(params: URLSearchParams, now: bigint): LegacySearch {
  const traceIds = params
    .getAll('traceID')
    .map((id) => inContext('cannot parse traceID param', () => parseTraceId(id)));
  const query: SpanQuery = {
    service: params.get('service') || undefined,
    operation: params.get('operation') || undefined,
    startMin: parseTime(params, 'start', MICROSECOND) ?? now - DEFAULT_SEARCH_LOOKBACK,
    startMax: parseTime(params, 'end', MICROSECOND) ?? now,
    attributes: parseTags(params),
    durationMin: parseDuration(params, 'minDuration'),
    durationMax: parseDuration(params, 'maxDuration'),
  };
  const limit = params.get('limit') ? parseInteger(params.get('limit')!) : DEFAULT_LIMIT;
  if (limit < 1n) throw new BadQueryError('search depth must be greater than 0 and less than max traces');
  if (traceIds.length === 0 && query.service === undefined) throw new BadQueryError("parameter 'service' is required");
  if (query.durationMin && query.durationMax && query.durationMax < query.durationMin)
    throw new BadQueryError("'maxDuration' should be greater than 'minDuration'");
  return { traceIds, query, limit: Number(limit), raw: parseFlag(params, 'raw') };
}

/**
 * Reads the parameters of `/api/dependencies`: milliseconds.
 *
 * @returns Unix nanoseconds
 * @throws BadQueryError
 */
export function parseDependencyWindow(params: URLSearchParams, now: bigint): { start: bigint; end: bigint } {
  const end = parseTime(params, 'endTs', MILLISECOND) ?? now;
  const lookback = parseTime(params, 'lookback', MILLISECOND) ?? DEFAULT_DEPENDENCY_LOOKBACK;
  return { start: end - lookback, end };
}

/** @throws BadQueryError */
export function parseFlag(params: URLSearchParams, name: string): boolean {
  const given = params.get(name);
  return given ? inContext(`unable to parse param '${name}'`, () => parseBoolean(given)) : false;
}

function parseTime(params: URLSearchParams, name: string, unit: bigint): bigint | undefined {
  const given = params.get(name);
  return given ? inContext(`unable to parse param '${name}'`, () => parseInteger(given)) * unit : undefined;
}

function parseDuration(params: URLSearchParams, name: string): bigint | undefined {
  const given = params.get(name);
  return given ? inContext(`unable to parse param '${name}'`, () => parseGoDuration(given)) : undefined;
}

/** `tag=key:value`, any number of times, and `tags={"key":"value"}`. */
function parseTags(params: URLSearchParams): Map<string, string> {
  const tags = new Map<string, string>();
  for (const tag of params.getAll('tag')) {
    const colon = tag.indexOf(':');
    if (colon < 0) throw new BadQueryError(`malformed 'tag' parameter, expecting key:value, received: ${tag}`);
    tags.set(tag.slice(0, colon), tag.slice(colon + 1));
  }
  for (const json of params.getAll('tags').filter((given) => given !== ''))
    for (const [key, value] of inContext("malformed 'tags' parameter", () => parseAttributes(json)))
      tags.set(key, value);
  return tags;
}
