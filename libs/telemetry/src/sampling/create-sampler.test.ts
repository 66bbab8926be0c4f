import { diag, DiagLogLevel, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTelemetryConfig } from '../sdk/telemetry-config.js';
import { createSampler, type RunningSampler } from './create-sampler.js';

const LOW = '1'.padEnd(32, '0');
const HIGH = 'e'.padEnd(32, '0');
const warnings: string[] = [];
let sampler: RunningSampler;

beforeEach(() => {
  warnings.length = 0;
  const ignore = () => {};
  const warn = (message: string) => warnings.push(message);
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
});
afterEach(() => {
  sampler.close();
  diag.disable();
});

function create(OTEL_TRACES_SAMPLER?: string, OTEL_TRACES_SAMPLER_ARG?: string): void {
  sampler = createSampler(readTelemetryConfig({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG }).sampling, 'epro-test');
}

/** `+` a caller that recorded, `-` one that did not, `?` none; local ones in brackets. */
function decide(traceId: string, caller: '+' | '-' | '?' | '[+]' | '[-]') {
  const traceFlags = caller.includes('+') ? 1 : 0;
  const parent = { traceId, spanId: 'b'.repeat(16), traceFlags, isRemote: !caller.startsWith('[') };
  const ctx = caller === '?' ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
  const { decision, attributes } = sampler.shouldSample(ctx, traceId, 'a', SpanKind.SERVER, {}, []);
  return { isKept: decision === SamplingDecision.RECORD_AND_SAMPLED, attributes };
}
const keeps = (traceId: string) =>
  (['?', '+', '-', '[+]', '[-]'] as const).filter((caller) => decide(traceId, caller).isKept).join(' ');

describe('createSampler', () => {
  it.each([
    [undefined, undefined, '? + [+]', '? + [+]'],
    ['always_on', undefined, '? + - [+] [-]', '? + - [+] [-]'],
    ['always_off', undefined, '', ''],
    ['traceidratio', '0.5', '? + - [+] [-]', ''],
    ['parentbased_always_on', undefined, '? + [+]', '? + [+]'],
    ['parentbased_always_off', undefined, '+ [+]', '+ [+]'],
    ['parentbased_traceidratio', '0.5', '? + [+]', '+ [+]'],
    // Nobody listens there.
    ['jaeger_remote', 'endpoint=http://127.0.0.1:9,initialSamplingRate=0.5', '? + - [+] [-]', ''],
    ['parentbased_jaeger_remote', 'endpoint=http://127.0.0.1:9,initialSamplingRate=0.5', '? + [+]', '+ [+]'],
  ])('%s %s decides as OpenTelemetry says', (name, argument, low, high) => {
    create(name, argument);
    expect([keeps(LOW), keeps(HIGH)]).toEqual([low, high]);
  });

  it('says on what it kept by itself why, and nothing on what it followed', () => {
    create('parentbased_traceidratio', '0.5');
    expect(decide(LOW, '?').attributes).toEqual({ 'epro.sampling.rule': 'traceidratio', 'epro.sampling.ratio': 0.5 });
    expect(decide(LOW, '+').attributes).toBeUndefined();
    create();
    expect(decide(LOW, '?').attributes).toBeUndefined();
  });

  it.each(['traceidratio', 'jaeger_remote'])('warns at once of %s, which decides anew', (name) => {
    create(name, name === 'traceidratio' ? '0.5' : 'endpoint=http://127.0.0.1:9');
    expect(warnings).toEqual([expect.stringMatching(`OTEL_TRACES_SAMPLER=${name} .*Use parentbased_${name}`)]);
  });

  it('warns of always_on, once, where it records what a caller did not, and says so on the span', () => {
    create('always_on');
    expect([decide(LOW, '?').attributes, decide(LOW, '+').attributes, warnings]).toEqual([undefined, undefined, []]);
    for (const traceId of [LOW, HIGH])
      expect(decide(traceId, '-').attributes).toEqual({ 'epro.sampling.rule': 'always_on' });
    expect(warnings).toEqual([expect.stringContaining('Use parentbased_always_on')]);
  });
});
