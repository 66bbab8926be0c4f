import { mkdtempSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { traceAuditCommand } from '@epro/cli';
import { findJaegerBinary, NO_JAEGER, startJaeger } from '@epro/real-jaeger';
import { SUBMISSION_CONTRACTS, type TraceSpan } from '@epro/trace-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phq9, type Answer } from './support/api.js';
import { BACKENDS } from './support/backends.js';
import { startPlatform, type Platform } from './support/platform.js';

const traceDesk = BACKENDS[0]!;
const { accepted } = SUBMISSION_CONTRACTS;
/** A second for the change to be seen, and time for machines that are busy. */
const CHANGE = { timeout: 20_000, interval: 100 };

const isSampled = ({ headers }: Answer) => headers.get('traceresponse')?.endsWith('-01');

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'epro-sampling-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('with rules that keep one tenant only, and every service given them', () => {
  const tiers = { gold: ['aurora'], standard: ['borealis'] };
  const keep = (tier: keyof typeof tiers) =>
    JSON.stringify({ tiers, rules: [{ name: `${tier}-only`, tier, sample: 1 }], otherwise: 0 });
  let platform: Platform;
  let path: string;
  beforeAll(async () => {
    path = join(folder, 'rules.json');
    await writeFile(path, keep('gold'));
    platform = await startPlatform(traceDesk, { env: { EPRO_SAMPLING_RULES: path } });
  });
  afterAll(() => platform?.stop());

  /** The one has its whole trace; of the other, which came before it, no service has sent a span. */
  async function expectOnly(kept: string, dropped: string): Promise<void> {
    const { api, jaeger } = platform;
    const unseen = await api.submit(await api.signIn(dropped, 'patient-1'), phq9());
    const seen = await api.submit(await api.signIn(kept, 'patient-1'), phq9());
    expect([unseen.status, seen.status]).toEqual([201, 201]);
    expect([isSampled(unseen), isSampled(seen)]).toEqual([false, true]);
    // Every service sends in order: with the later trace whole, the earlier would have come.
    const [root] = (await platform.completeTrace(seen.traceId, accepted)).filter(({ parentSpanId }) => !parentSpanId);
    expect(root?.attributes).toMatchObject({ 'epro.sampling.ratio': 1, 'tenant.id': kept });
    expect(await jaeger.getTrace(unseen.traceId)).toBeUndefined();
  }

  it("has the kept tenant's submissions whole, and nothing of the other's anywhere", () =>
    expectOnly('aurora', 'borealis'));

  it('goes by a changed file without a restart, and keeps to it while a bad one is there', async () => {
    const { api, system } = platform;
    await writeFile(`${path}.new`, keep('standard'));
    await rename(`${path}.new`, path);
    const borealis = await api.signIn('borealis', 'patient-2');
    await expect.poll(async () => isSampled(await api.submit(borealis, phq9())), CHANGE).toBe(true);
    await expectOnly('borealis', 'aurora');
    await writeFile(path, '{"rules":[{"tiers":"gold"}]}');
    await expect
      .poll(() => system.services.gateway.log(200), CHANGE)
      .toMatch(/EPRO_SAMPLING_RULES.*rules\[0\]\.name.*rules\[0\]\.sample.*The rules stay as they were/s);
    await expectOnly('borealis', 'aurora');
  });
});

describe('services that sample by themselves', () => {
  let platform: Platform;
  beforeAll(async () => {
    const ratio = (name: string, share: string) => ({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: share });
    const serviceEnv = {
      gateway: ratio('parentbased_traceidratio', '0.5'),
      validation: ratio('traceidratio', '0.25'),
      analysis: { OTEL_TRACES_SAMPLER: 'always_on' },
    };
    platform = await startPlatform(traceDesk, { serviceEnv });
  });
  afterAll(() => platform?.stop());

  it('are named by trace:audit, each with what it does and what to do', async () => {
    const { api, jaeger, system } = platform;
    const token = await api.signIn('aurora', 'patient-1');
    const answers: Answer[] = [];
    for (let i = 0; i < 40; i++) answers.push(await api.submit(token, phq9()));
    const kept = answers.filter(isSampled).length;
    expect(kept).toBeGreaterThan(0);
    for (const answer of answers) {
      // Analysis comes last. Whether validation's spans come is the question.
      const isThere = (spans: readonly TraceSpan[]) =>
        spans.some(({ name }) => name === 'analyzeSubmission') &&
        (!isSampled(answer) || spans.some(({ name }) => name.startsWith('POST ')));
      await jaeger.waitForTrace(answer.traceId, { until: isThere, timeoutMs: 15_000 });
    }

    const out: string[] = [];
    const terminal = { out: (text: string) => void out.push(text), err: () => {}, color: false, width: 120 };
    const args = ['--url', system.urls.traces, '--settle', '3s'];
    const code = await traceAuditCommand.run(args, { terminal, env: {} });
    const report = out.join('\n');
    const named = (start: string, end: string) =>
      new RegExp(`Sampled here and not there:[^]*- ${start} .*${end}.*parentbased_`);
    expect(report).toMatch(
      named(
        `epro-validation decides by itself .* of ${kept} traces in which it answered epro-gateway, \\d+ ha(s|ve) no span of it\\.`,
        'kept by traceidratio',
      ),
    );
    expect(report).toMatch(
      named(
        `epro-analysis decides by itself .* of 40 traces with its spans, ${40 - kept} have none of epro-gateway, which called it\\.`,
        'kept by always_on',
      ),
    );
    expect(report.match(/decides? by itself/g)).toHaveLength(2);
    expect(code).toBe(1);
    expect(system.services.validation.log(200)).toMatch(/OTEL_TRACES_SAMPLER=traceidratio .*parentbased_traceidratio/);
    expect(system.services.analysis.log(200)).toMatch(/OTEL_TRACES_SAMPLER=always_on .*parentbased_always_on/);
  });
});

const jaegerBinary = findJaegerBinary();
if (jaegerBinary === undefined) console.warn(`Remote sampling is not tried: ${NO_JAEGER}`);

describe.skipIf(jaegerBinary === undefined)("with a real Jaeger's remote sampling", () => {
  const strategies = (param: number) =>
    JSON.stringify({ service_strategies: [{ service: 'epro-gateway', type: 'probabilistic', param }] });
  let platform: Platform;
  let path: string;
  beforeAll(async () => {
    path = join(folder, 'strategies.json');
    await writeFile(path, strategies(0));
    const jaeger = await startJaeger({ samplingStrategies: path });
    const backend = {
      name: 'Jaeger',
      available: true,
      start: () =>
        Promise.resolve({
          traceBackend: { kind: 'jaeger' as const, url: jaeger.url, otlpUrl: jaeger.otlpUrl },
          stop: () => jaeger.stop(),
        }),
    };
    const gateway = {
      OTEL_TRACES_SAMPLER: 'parentbased_jaeger_remote',
      OTEL_TRACES_SAMPLER_ARG: `endpoint=${jaeger.samplingUrl},pollingIntervalMs=100,initialSamplingRate=1`,
    };
    platform = await startPlatform(backend, { serviceEnv: { gateway } });
  });
  afterAll(() => platform?.stop());

  it('goes by its strategy, and by a changed one without a restart', async () => {
    const { api } = platform;
    const token = await api.signIn('aurora', 'patient-1');
    const submit = () => api.submit(token, phq9());
    await expect.poll(async () => isSampled(await submit()), CHANGE).toBe(false);
    await writeFile(path, strategies(1));
    await expect.poll(async () => isSampled(await submit()), CHANGE).toBe(true);
    const { traceId } = await submit();
    const [root] = (await platform.completeTrace(traceId, accepted)).filter(({ parentSpanId }) => !parentSpanId);
    expect(root?.attributes).toMatchObject({ 'epro.sampling.rule': 'jaeger-remote', 'epro.sampling.ratio': 1 });
  });
});
