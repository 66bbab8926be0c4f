import { describe, expect, it } from 'vitest';
import { readTelemetryConfig } from '../sdk/telemetry-config.js';

const sampling = (OTEL_TRACES_SAMPLER?: string, OTEL_TRACES_SAMPLER_ARG?: string, EPRO_SAMPLING_RULES?: string) =>
  readTelemetryConfig({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG, EPRO_SAMPLING_RULES }).sampling;

const remote = (endpoint: string, pollingIntervalMs: number, initialSamplingRate: number) => ({
  kind: 'jaeger_remote',
  endpoint,
  pollingIntervalMs,
  initialSamplingRate,
});

describe('the sampler', () => {
  it.each([
    [undefined, undefined, true, { kind: 'always_on' }],
    ['always_on', undefined, false, { kind: 'always_on' }],
    ['parentbased_always_off', 'ignored', true, { kind: 'always_off' }],
    ['traceidratio', '0.25', false, { kind: 'traceidratio', ratio: 0.25 }],
    ['parentbased_traceidratio', '0', true, { kind: 'traceidratio', ratio: 0 }],
    ['parentbased_traceidratio', undefined, true, { kind: 'traceidratio', ratio: 1 }],
    ['jaeger_remote', undefined, false, remote('http://localhost:5778/sampling', 60_000, 0.001)],
    [
      'parentbased_jaeger_remote',
      'endpoint=http://jaeger:5778,pollingIntervalMs=5000,initialSamplingRate=0.25',
      true,
      remote('http://jaeger:5778/sampling', 5000, 0.25),
    ],
    [
      'parentbased_jaeger_remote',
      'endpoint=http://c:14268/api/sampling',
      true,
      remote('http://c:14268/api/sampling', 60_000, 0.001),
    ],
  ])('%s with %s', (name, argument, parentBased, root) => {
    expect(sampling(name, argument)).toEqual({ parentBased, root, rulesFile: undefined });
  });

  it.each([
    ['sometimes', undefined, undefined, ['OTEL_TRACES_SAMPLER: must be parentbased_always_on, ']],
    ['traceidratio', '2', undefined, ['OTEL_TRACES_SAMPLER_ARG: must be a number from 0 to 1']],
    ['parentbased_traceidratio', 'half', undefined, ['OTEL_TRACES_SAMPLER_ARG: must be a number from 0 to 1']],
    [
      'parentbased_jaeger_remote',
      'endpoint=localhost:5778,pollingIntervalMs=0,initialSamplingRate=7',
      undefined,
      [
        'OTEL_TRACES_SAMPLER_ARG: endpoint must be an http or https URL',
        'OTEL_TRACES_SAMPLER_ARG: pollingIntervalMs must be a whole number above 0',
        'OTEL_TRACES_SAMPLER_ARG: initialSamplingRate must be a number from 0 to 1',
      ],
    ],
    ['jaeger_remote', 'http://jaeger', undefined, ['OTEL_TRACES_SAMPLER_ARG: must be a list of endpoint=URL, ']],
    [
      'traceidratio',
      '2',
      'rules.json',
      ['OTEL_TRACES_SAMPLER_ARG: ', 'EPRO_SAMPLING_RULES: needs a sampler that follows the parent'],
    ],
  ])('refuses %s with %s and rules in %s', (name, argument, rules, problems) => {
    const message = (() => {
      try {
        sampling(name, argument, rules);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message.split('\n').slice(1)).toEqual(problems.map((problem) => expect.stringContaining(problem) as string));
  });
});
