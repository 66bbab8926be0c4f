import type { TraceQuery } from '@epro/jaeger-client';
import { exampleTrace, SUBMISSION_CONTRACTS, type TraceSpan } from '@epro/trace-contract';
import { describe, expect, it } from 'vitest';
import { collectTraces } from './collect-traces.js';

const START = 1_790_000_000_000;

const traceAt = (millis: number, number = 0): TraceSpan[] =>
  exampleTrace(SUBMISSION_CONTRACTS.tokenMissing, {
    traceId: (millis * 1000 + number).toString(16).padStart(32, '0'),
    startTime: BigInt(START + millis) * 1_000_000n,
  });

/** A backend that gives the latest traces of a time, and counts how many it gave in all. */
function backend(traces: TraceSpan[][]) {
  const client = {
    given: 0,
    findTraces: ({ start, end, limit = 100 }: TraceQuery) => {
      const found = traces
        .filter(([root]) => {
          const at = Number((root?.startTime ?? 0n) / 1_000_000n);
          return at >= start.getTime() && at <= end.getTime();
        })
        .sort(([a], [b]) => Number((b?.startTime ?? 0n) - (a?.startTime ?? 0n)))
        .slice(0, limit);
      client.given += found.length;
      return Promise.resolve(found);
    },
  };
  return client;
}

const within = (limit: number) => ({
  services: ['epro-gateway'],
  start: new Date(START),
  end: new Date(START + 3_600_000),
  limit,
});
const ids = (traces: readonly TraceSpan[][]) => traces.map(([root]) => root?.traceId);

describe('collectTraces', () => {
  const hundred = Array.from({ length: 100 }, (_, number) => traceAt(number * 30_000 + 5));

  it('reads everything, the latest first, also where it is many pages', async () => {
    const { traces, truncated } = await collectTraces(backend(hundred), within(1000), 7);
    expect(ids(traces)).toEqual(ids(hundred.toReversed()));
    expect(truncated).toBe(false);
  });

  it('reads no more than the limit, and says that there are more', async () => {
    const client = backend(hundred);
    const { traces, truncated } = await collectTraces(client, within(10), 7);
    expect(ids(traces)).toEqual(ids(hundred.toReversed().slice(0, 10)));
    expect(truncated).toBe(true);
    expect(client.given).toBeLessThan(100);
  });

  it.each([
    [100, false],
    [99, true],
  ])('knows with a limit of %i of 100 whether there are more: %s', async (limit, truncated) => {
    expect(await collectTraces(backend(hundred), within(limit))).toMatchObject({ truncated });
    expect(await collectTraces(backend(hundred), within(limit), 7)).toMatchObject({ truncated });
  });

  it('says so where one millisecond has more than a page', async () => {
    const burst = Array.from({ length: 20 }, (_, number) => traceAt(1000, number));
    const { traces, truncated } = await collectTraces(backend(burst), within(1000), 7);
    expect(traces).toHaveLength(7);
    expect(truncated).toBe(true);
  });

  it('reads a trace once in which several services took part', async () => {
    const asked = { ...within(1000), services: ['epro-auth', 'epro-gateway'] };
    expect((await collectTraces(backend(hundred), asked)).traces).toHaveLength(100);
  });
});
