import type { TraceSpan } from '@epro/trace-contract';
import { otlpJson } from './otlp-json.js';
import { serveJson } from './serve-json.js';

export interface TestJaeger {
  readonly url: string;
  /** What it has; a test adds to it. */
  readonly spans: TraceSpan[];
}

/** A backend that answers the part of Jaeger's API v3 that the commands use. */
export async function serveJaeger(spans: TraceSpan[] = []): Promise<TestJaeger> {
  const url = await serveJson(({ url: { pathname, searchParams } }) => {
    const [, byId] = /^\/api\/v3\/traces\/([0-9a-f]{32})$/.exec(pathname) ?? [];
    if (byId !== undefined) return found(spans.filter(({ traceId }) => traceId === byId));
    if (pathname === '/api/v3/services')
      return { body: { services: [...new Set(spans.map(({ service }) => service))] } };
    const param = (name: string) => searchParams.get(`query.${name}`) ?? '';
    const [from, to] = [param('startTimeMin'), param('startTimeMax')].map(
      (time) => BigInt(Date.parse(time)) * 1_000_000n,
    );
    const wanted = [...Map.groupBy(spans, ({ traceId }) => traceId).values()]
      .filter((trace) =>
        trace.some(
          ({ service, startTime }) =>
            service === param('serviceName') && startTime >= (from ?? 0n) && startTime <= (to ?? 0n),
        ),
      )
      .sort(([a], [b]) => Number((b?.startTime ?? 0n) - (a?.startTime ?? 0n)));
    return found(wanted.slice(0, Number(param('searchDepth'))).flat());
  });
  return { url, spans };
}

const found = (spans: readonly TraceSpan[]) =>
  spans.length > 0
    ? { body: otlpJson(spans) }
    : { status: 404, body: { error: { httpCode: 404, message: 'no traces' } } };
