import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { SamplingDecision, type Sampler } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { parseRemoteStrategy } from './remote-strategy.js';
import { createStrategySampler } from './strategy.sampler.js';

const LOW = '1'.padEnd(32, '0');
const HIGH = 'e'.padEnd(32, '0');
const keeps = (sampler: Sampler, traceId: string, name = 'GET /') =>
  sampler.shouldSample(ROOT_CONTEXT, traceId, name, SpanKind.SERVER, {}, []).decision !== SamplingDecision.NOT_RECORD;

describe('parseRemoteStrategy', () => {
  it.each([
    [
      'a share',
      { strategyType: 'PROBABILISTIC', probabilisticSampling: { samplingRate: 0.5 } },
      { kind: 'share', ratio: 0.5 },
    ],
    ['a share of none', { strategyType: 0, probabilisticSampling: {} }, { kind: 'share', ratio: 0 }],
    [
      'a rate',
      { strategyType: 'RATE_LIMITING', rateLimitingSampling: { maxTracesPerSecond: 5 } },
      { kind: 'rate', perSecond: 5 },
    ],
    [
      'operations',
      {
        probabilisticSampling: { samplingRate: 0.2 },
        operationSampling: {
          defaultSamplingProbability: 0.2,
          defaultLowerBoundTracesPerSecond: 1,
          perOperationStrategies: [{ operation: 'GET /', probabilisticSampling: { samplingRate: 0.9 } }],
        },
      },
      {
        kind: 'operations',
        others: { kind: 'share', ratio: 0.2 },
        atLeastPerSecond: 1,
        operations: new Map([['GET /', 0.9]]),
      },
    ],
    [
      'a rate with the operations of the default strategy, as Jaeger gives them along',
      {
        strategyType: 1,
        rateLimitingSampling: { maxTracesPerSecond: 5 },
        operationSampling: {
          defaultSamplingProbability: 0.5,
          perOperationStrategies: [{ operation: '/health', probabilisticSampling: { samplingRate: 0 } }],
        },
      },
      {
        kind: 'operations',
        others: { kind: 'rate', perSecond: 5 },
        atLeastPerSecond: 0,
        operations: new Map([['/health', 0]]),
      },
    ],
  ])('reads %s', (_what, answer, strategy) => {
    expect(parseRemoteStrategy(JSON.stringify(answer))).toEqual(strategy);
  });

  it.each(['', '<html>', '{}', '{"probabilisticSampling":{"samplingRate":7}}'])('refuses %s', (answer) => {
    expect(() => parseRemoteStrategy(answer)).toThrow();
  });
});

describe('createStrategySampler', () => {
  it('keeps a share of the trace ids', () => {
    const sampler = createStrategySampler({ kind: 'share', ratio: 0.5 });
    expect([keeps(sampler, LOW), keeps(sampler, HIGH)]).toEqual([true, false]);
  });

  it('keeps so many a second, and saves up no more than one second', () => {
    let now = 0;
    const sampler = createStrategySampler({ kind: 'rate', perSecond: 2 }, () => now);
    const take = (times: number) => Array.from({ length: times }, () => keeps(sampler, HIGH)).filter(Boolean).length;
    expect(take(5)).toBe(2);
    now += 500;
    expect(take(5)).toBe(1);
    now += 60_000;
    expect(take(5)).toBe(2);
  });

  it('keeps one now and then at a rate below one a second, and none at 0', () => {
    let now = 0;
    const slow = createStrategySampler({ kind: 'rate', perSecond: 0.1 }, () => now);
    expect([keeps(slow, HIGH), keeps(slow, HIGH)]).toEqual([true, false]);
    now += 10_000;
    expect([keeps(slow, HIGH), keeps(slow, HIGH)]).toEqual([true, false]);
    expect(keeps(createStrategySampler({ kind: 'rate', perSecond: 0 }), LOW)).toBe(false);
  });

  it('keeps each operation by its own share, others by the default, and so many of each at least', () => {
    const sampler = createStrategySampler(
      {
        kind: 'operations',
        others: { kind: 'share', ratio: 0.5 },
        atLeastPerSecond: 1,
        operations: new Map([
          ['rare', 0],
          ['all', 1],
        ]),
      },
      () => 0,
    );
    expect([keeps(sampler, HIGH, 'all'), keeps(sampler, LOW, 'other')]).toEqual([true, true]);
    expect([keeps(sampler, LOW, 'rare'), keeps(sampler, LOW, 'rare')]).toEqual([true, false]);
    expect([keeps(sampler, HIGH, 'other'), keeps(sampler, HIGH, 'other')]).toEqual([true, false]);
  });
});
