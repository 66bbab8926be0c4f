import { BadQueryError } from '../query/bad-query.error.js';
import { parseGoDuration } from '../query/go-duration.js';
import { inContext, parseInteger } from '../query/query-values.js';
import { OPERATION_KEY } from '../store/decode-request.js';
import { hasTerm, searchTerm } from '../store/search-term.js';
import { ROUNDING, type StoredTrace } from '../store/stored-trace.js';
import type { TraceStore } from '../store/trace-store.js';
import type { TraceReader } from '../trace/trace-reader.js';
import type { TraceSummary } from '../trace/summarize-trace.js';

/**
 * What the page searches by. Unlike Jaeger's search it asks about the trace as a whole: the service may be in one span
 * and the patient in another, and the duration is the trace's.
 */
export interface DeskSearch {
  readonly service?: string;
  readonly operation?: string;
  readonly patient?: string;
  readonly tenant?: string;
  readonly request?: string;
  /** `error`: some span failed. `ok`: none did. */
  readonly status?: 'error' | 'ok';
  /** Nanoseconds. */
  readonly minDuration?: bigint;
  readonly maxDuration?: bigint;
  readonly limit: number;
}

export interface ListedTrace {
  readonly id: string;
  readonly summary: TraceSummary;
}

const LARGEST_LIMIT = 500n;

/** @throws BadQueryError */
export function parseDeskSearch(params: URLSearchParams): DeskSearch {
  const text = (name: string) => params.get(name)?.trim() || undefined;
  const duration = (name: string, label: string) => {
    const given = text(name);
    try {
      return given === undefined ? undefined : parseGoDuration(given);
    } catch (cause) {
      throw new BadQueryError(`“${label}” takes a duration with its unit, such as 10ms or 1.5s.`, { cause });
    }
  };
  const status = text('status');
  if (status !== undefined && status !== 'error' && status !== 'ok')
    throw new BadQueryError('status must be error or ok');
  const limit = inContext('limit', () => parseInteger(text('limit') ?? '50'));
  if (limit < 1n || limit > LARGEST_LIMIT) throw new BadQueryError(`limit must be from 1 to ${LARGEST_LIMIT}`);
  return {
    service: text('service'),
    operation: text('operation'),
    patient: text('patient'),
    tenant: text('tenant'),
    request: text('request'),
    status,
    minDuration: duration('minDuration', 'Longer than'),
    maxDuration: duration('maxDuration', 'Shorter than'),
    limit: Number(limit),
  };
}

/** The matching traces; the one that started last comes first. */
export function searchDesk(store: TraceStore, reader: TraceReader, search: DeskSearch): ListedTrace[] {
  const mayMatch = prefilter(search);
  const found: ListedTrace[] = [];
  for (const trace of store.newestFirst()) {
    if (found.length >= search.limit) break;
    if (!mayMatch(trace)) continue;
    const summary = reader.summary(trace);
    if (matches(summary, search)) found.push({ id: trace.id, summary });
  }
  return found.sort((a, b) => (a.summary.start < b.summary.start ? 1 : -1));
}

function prefilter(search: DeskSearch): (trace: StoredTrace) => boolean {
  const terms = Object.entries({
    'service.name': search.service,
    [OPERATION_KEY]: search.operation,
    'patient.id': search.patient,
    'tenant.id': search.tenant,
    'request.id': search.request,
  }).flatMap(([key, value]) => (value === undefined ? [] : [searchTerm(key, value)]));
  const least = search.minDuration === undefined ? -Infinity : Number(search.minDuration) - ROUNDING;
  const most = search.maxDuration === undefined ? Infinity : Number(search.maxDuration) + ROUNDING;
  return (trace) =>
    trace.latestEnd - trace.earliestStart >= least &&
    trace.latestEnd - trace.earliestStart <= most &&
    (search.status === undefined || trace.hasError === (search.status === 'error')) &&
    terms.every((term) => hasTerm(trace.terms, term));
}

/** Two names with one hash are as good as impossible here; the values that a person typed are checked all the same. */
function matches(summary: TraceSummary, search: DeskSearch): boolean {
  const { patients, tenants, requests } = summary.subjects;
  const duration = summary.end - summary.start;
  return (
    (search.service === undefined || summary.services.some(({ name }) => name === search.service)) &&
    (search.patient === undefined || patients.includes(search.patient)) &&
    (search.tenant === undefined || tenants.includes(search.tenant)) &&
    (search.request === undefined || requests.includes(search.request)) &&
    (search.minDuration === undefined || duration >= search.minDuration) &&
    (search.maxDuration === undefined || duration <= search.maxDuration)
  );
}
