import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { diag, DiagLogLevel, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JaegerRemoteSampler } from './jaeger-remote.sampler.js';

const LOW = '1'.padEnd(32, '0');
const HIGH = 'e'.padEnd(32, '0');
const share = (samplingRate: number) =>
  JSON.stringify({ strategyType: 'PROBABILISTIC', probabilisticSampling: { samplingRate } });

const warnings: string[] = [];
const asked: string[] = [];
let answer: { status?: number; body?: string; hangs?: boolean };
let server: Server;
let endpoint: string;
let sampler: JaegerRemoteSampler | undefined;

beforeEach(async () => {
  warnings.length = asked.length = 0;
  const ignore = () => {};
  const logger = {
    error: ignore,
    warn: (text: string) => warnings.push(text),
    info: ignore,
    debug: ignore,
    verbose: ignore,
  };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  await listen();
});
afterEach(async () => {
  sampler?.close();
  sampler = undefined;
  await stopServer();
  diag.disable();
});

async function listen(port = 0): Promise<void> {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (answer.hangs) return;
    response.writeHead(answer.status ?? 200, { connection: 'close' }).end(answer.body);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sampling`;
}

async function stopServer(): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function start(initialSamplingRate = 0): void {
  sampler = new JaegerRemoteSampler({
    serviceName: 'epro-gateway',
    endpoint,
    pollingIntervalMs: 10,
    initialSamplingRate,
  });
}

const keeps = (traceId: string): boolean =>
  sampler!.shouldSample(ROOT_CONTEXT, traceId, 'GET /', SpanKind.SERVER, {}, []).decision !==
  SamplingDecision.NOT_RECORD;
const until = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 5 });

describe('JaegerRemoteSampler', () => {
  it('asks for its own service, and takes up each new strategy', async () => {
    answer = { body: share(1) };
    start();
    await until(() => expect(keeps(HIGH)).toBe(true));
    expect(asked[0]).toBe('/sampling?service=epro-gateway');
    answer = { body: share(0.5) };
    await until(() => expect([keeps(LOW), keeps(HIGH)]).toEqual([true, false]));
    answer = {
      body: JSON.stringify({ strategyType: 'RATE_LIMITING', rateLimitingSampling: { maxTracesPerSecond: 0 } }),
    };
    await until(() => expect(keeps(LOW)).toBe(false));
    expect(warnings).toEqual([]);
  });

  it('does not forget what a rate has let through when the strategy stays the same', async () => {
    answer = { body: JSON.stringify({ rateLimitingSampling: { maxTracesPerSecond: 0.001 } }) };
    start();
    await until(() => expect(keeps(HIGH)).toBe(true));
    const count = asked.length;
    await until(() => expect(asked.length).toBeGreaterThan(count + 3));
    expect(keeps(HIGH)).toBe(false);
  });

  it('begins with the initial rate where nobody answers, and says so once', async () => {
    await stopServer();
    start(0.5);
    await until(() => expect(warnings).toHaveLength(1));
    expect(warnings[0]).toMatch(/OTEL_TRACES_SAMPLER_ARG.*ECONNREFUSED.*at the initial rate/);
    expect([keeps(LOW), keeps(HIGH)]).toEqual([true, false]);
    answer = { body: share(1) };
    await listen(Number(new URL(endpoint).port));
    await until(() => expect(keeps(HIGH)).toBe(true));
    expect(warnings).toHaveLength(1);
  });

  it.each([
    ['answers an error', { status: 500, body: 'oops' }, /it answered 500/],
    ['answers something else', { body: '<html>' }, /JSON/],
    [
      'answers a strategy that makes no sense',
      { body: '{"probabilisticSampling":{"samplingRate":7}}' },
      /no sampling strategy/,
    ],
  ])('keeps the last strategy when the backend %s, and says so once', async (_what, bad, reason) => {
    answer = { body: share(0.5) };
    start();
    await until(() => expect([keeps(LOW), keeps(HIGH)]).toEqual([true, false]));
    answer = bad;
    await until(() => expect(warnings).toHaveLength(1));
    const count = asked.length;
    await until(() => expect(asked.length).toBeGreaterThan(count + 3));
    expect(warnings).toEqual([expect.stringMatching(reason)]);
    expect(warnings[0]).toContain('by the last strategy');
    expect([keeps(LOW), keeps(HIGH)]).toEqual([true, false]);
  });

  it('decides on while the backend hangs', async () => {
    answer = { hangs: true };
    start(1);
    await until(() => expect(asked).not.toEqual([]));
    expect(keeps(HIGH)).toBe(true);
  });
});
