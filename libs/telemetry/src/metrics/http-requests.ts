import type { Attributes, Histogram } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_SCHEME,
  METRIC_HTTP_SERVER_REQUEST_DURATION,
} from '@opentelemetry/semantic-conventions';
import { METRIC_HTTP_SERVER_ACTIVE_REQUESTS } from '../semconv/metrics.js';
import { DURATION_BUCKETS, onMeasuring, secondsSince } from './measuring.js';

/** What has no status: the client went away before its response was sent. */
const ABORTED = 0;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']);

/** The requests of one method and scheme, and their attributes: each made once, so that measuring makes nothing. */
export class HttpRequests {
  /** Requests that are being answered. */
  active = 0;
  readonly #byRoute = new Map<string | undefined, Map<number, Attributes>>();

  constructor(readonly attributes: Attributes) {}

  attributesOf(route: string | undefined, status: number): Attributes {
    const byStatus = this.#byRoute.get(route) ?? new Map<number, Attributes>();
    if (byStatus.size === 0) this.#byRoute.set(route, byStatus);
    let attributes = byStatus.get(status);
    if (!attributes) {
      attributes = { ...this.attributes };
      if (route !== undefined) attributes[ATTR_HTTP_ROUTE] = route;
      if (status !== ABORTED) attributes[ATTR_HTTP_RESPONSE_STATUS_CODE] = status;
      if (status >= 500) attributes[ATTR_ERROR_TYPE] = String(status);
      if (status === ABORTED) attributes[ATTR_ERROR_TYPE] = 'aborted';
      byStatus.set(status, attributes);
    }
    return attributes;
  }
}

const requests = new Map<string, Map<string, HttpRequests>>();
let duration: Histogram | undefined;

onMeasuring((meter) => {
  duration = meter.createHistogram(METRIC_HTTP_SERVER_REQUEST_DURATION, {
    unit: 's',
    description: 'Duration of HTTP requests, from their headers to the end of their response.',
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
  meter
    .createObservableUpDownCounter(METRIC_HTTP_SERVER_ACTIVE_REQUESTS, {
      unit: '{request}',
      description: 'HTTP requests that are being answered.',
    })
    .addCallback((result) => {
      for (const byScheme of requests.values())
        for (const { active, attributes } of byScheme.values()) result.observe(active, attributes);
    });
});

/** A request has come in. Give what is returned to {@link httpRequestEnded}. */
export function httpRequestStarted(method: string, scheme: string): HttpRequests {
  const known = METHODS.has(method) ? method : '_OTHER';
  let byScheme = requests.get(known);
  if (!byScheme) requests.set(known, (byScheme = new Map<string, HttpRequests>()));
  let series = byScheme.get(scheme);
  if (!series) {
    series = new HttpRequests({ [ATTR_HTTP_REQUEST_METHOD]: known, [ATTR_URL_SCHEME]: scheme });
    byScheme.set(scheme, series);
  }
  series.active++;
  return series;
}

/**
 * Its response is out, or nobody is there to take it.
 *
 * @param route its template; `undefined` where none matched
 * @param status `undefined` where the client went away
 * @param startedAt `performance.now()` when it came in
 */
export function httpRequestEnded(
  series: HttpRequests,
  route: string | undefined,
  status: number | undefined,
  startedAt: number,
): void {
  series.active--;
  duration?.record(secondsSince(startedAt), series.attributesOf(route, status ?? ABORTED));
}
