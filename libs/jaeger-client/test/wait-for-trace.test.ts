import { describe, expect, it } from 'vitest';
import { createJaegerClient, TraceWaitError } from '../src/index.js';
import { json, NOT_FOUND, stubJaeger } from './stub-jaeger.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const attributes = [{ key: 'service.name', value: { stringValue: 'gateway' } }];
const traceOf = (count: number) => ({
  result: {
    resourceSpans: [
      {
        resource: { attributes },
        scopeSpans: [
          {
            spans: Array.from({ length: count }, (_, index) => ({
              traceId: TRACE_ID,
              spanId: String(index + 1).padStart(16, '0'),
              ...(index > 0 ? { parentSpanId: '0000000000000001' } : {}),
              name: `step ${index}`,
              kind: 2,
              startTimeUnixNano: String(index),
              endTimeUnixNano: '9',
              status: index > 0 ? { code: 2 } : {},
            })),
          },
        ],
      },
    ],
  },
});

describe('waitForTrace', () => {
  it('asks until the trace is as wanted, through absence and failures', async () => {
    const answers = [
      [NOT_FOUND, 404],
      [{}, 503],
      [traceOf(1), 200],
      [traceOf(2), 200],
    ] as const;
    await using jaeger = await stubJaeger((_url, response) => {
      const [body, status] = answers[Math.min(jaeger.requests.length, answers.length) - 1]!;
      json(response, body, status);
    });
    const client = createJaegerClient({ url: jaeger.url });
    const spans = await client.waitForTrace(TRACE_ID, { until: (seen) => seen.length === 2 });
    expect(spans.map(({ name }) => name)).toEqual(['step 0', 'step 1']);
    expect(jaeger.requests).toHaveLength(4);
  });

  it('fails at its deadline and says what it saw', async () => {
    await using jaeger = await stubJaeger((_url, response) => json(response, traceOf(2)));
    const waiting = createJaegerClient({ url: jaeger.url }).waitForTrace(TRACE_ID, {
      until: (spans) => spans.length === 3,
      timeoutMs: 200,
    });
    await expect(waiting).rejects.toThrow(
      new TraceWaitError(
        [
          `Trace ${TRACE_ID} was not as wanted after 200 ms. Its 2 spans:`,
          '  gateway  SERVER  step 0  0000000000000001 < root',
          '  gateway  SERVER  step 1  ERROR  0000000000000002 < 0000000000000001',
        ].join('\n'),
      ),
    );
  });

  it('says when nothing arrived, and why it could not ask', async () => {
    await using jaeger = await stubJaeger((_url, response) => json(response, { error: { message: 'starting' } }, 503));
    const waiting = createJaegerClient({ url: jaeger.url }).waitForTrace(TRACE_ID, {
      until: () => true,
      timeoutMs: 100,
    });
    await expect(waiting).rejects.toThrow(/no span of it arrived; at last: Jaeger at .* answered 503 .*: starting$/);
  });

  it('ends at its deadline also when Jaeger does not answer', async () => {
    await using jaeger = await stubJaeger(() => undefined);
    const waiting = createJaegerClient({ url: jaeger.url }).waitForTrace(TRACE_ID, {
      until: () => true,
      timeoutMs: 100,
    });
    await expect(waiting).rejects.toThrow(TraceWaitError);
  });

  it("ends with the caller's signal, and its reason", async () => {
    await using jaeger = await stubJaeger((_url, response) => json(response, NOT_FOUND, 404));
    const stop = new AbortController();
    const waiting = createJaegerClient({ url: jaeger.url }).waitForTrace(TRACE_ID, {
      until: () => true,
      signal: stop.signal,
    });
    stop.abort(new Error('stopped by the test'));
    await expect(waiting).rejects.toThrow('stopped by the test');
  });

  it('lets a failing condition through', async () => {
    await using jaeger = await stubJaeger((_url, response) => json(response, traceOf(1)));
    const until = () => {
      throw new Error('a bug in the test');
    };
    await expect(createJaegerClient({ url: jaeger.url }).waitForTrace(TRACE_ID, { until })).rejects.toThrow('a bug');
  });
});
