import type { JaegerClient } from '@epro/jaeger-client';
import type { TraceSpan } from '@epro/trace-contract';

export interface Collection {
  readonly services: readonly string[];
  readonly start: Date;
  readonly end: Date;
  /** The most traces to return. */
  readonly limit: number;
}

export interface Collected {
  /** The latest first. */
  readonly traces: readonly TraceSpan[][];
  /** There are more in this time, which were not read. */
  readonly truncated: boolean;
}

/** The most traces to ask for at once: some tens of megabytes of JSON. */
const PAGE = 1500;

/**
 * Reads every trace of a time in which one of the services took part, up to a limit.
 *
 * A backend gives no pages. One that has more than a page is asked again for the halves of the time, until each half
 * fits: so nothing is left out without being told.
 */
export async function collectTraces(
  client: Pick<JaegerClient, 'findTraces'>,
  { services, start, end, limit }: Collection,
  page = PAGE,
): Promise<Collected> {
  const traces = new Map<string, TraceSpan[]>();
  let truncated = false;

  /** @returns how many traces of the service there are in this time, as far as it was asked */
  const read = async (service: string, from: number, to: number, most: number): Promise<number> => {
    const size = Math.min(page, most + 1);
    const found = await client.findTraces({ service, start: new Date(from), end: new Date(to), limit: size });
    const isAll = found.length < size;
    const isEnough = found.length > most;
    if (isAll || isEnough || to - from <= 1) {
      if (!isAll) truncated = true;
      for (const trace of found) traces.set(trace[0]?.traceId ?? '', trace);
      return found.length;
    }
    const middle = Math.floor((from + to) / 2);
    const later = await read(service, middle, to, most);
    if (later > most) {
      truncated = true;
      return later;
    }
    return later + (await read(service, from, middle, most - later));
  };

  for (const service of services) await read(service, start.getTime(), end.getTime(), limit);
  const latest = [...traces.values()].sort((a, b) => Number(startOf(b) - startOf(a)));
  return { traces: latest.slice(0, limit), truncated: truncated || latest.length > limit };
}

const startOf = (trace: readonly TraceSpan[]): bigint => trace[0]?.startTime ?? 0n;
