import { readFileSync } from 'node:fs';
import { expectTrace, startSpanReceiver, type ReceiverBehaviour, type SpanReceiver } from '@epro/telemetry/testing';
import { SUBMISSION_CONTRACTS } from '@epro/trace-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incompletePhq9, phq9, type Answer } from './support/api.js';
import type { Backend } from './support/backends.js';
import { Load } from './support/load.js';
import { startPlatform, type Platform } from './support/platform.js';

const SERVICES = ['gateway', 'auth', 'validation', 'storage', 'analysis'] as const;
type Service = (typeof SERVICES)[number];

// What waits, and how long, are small, so that every limit is reached within seconds.
const LIMITS = {
  OTEL_BSP_MAX_QUEUE_SIZE: '2048',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1024',
  OTEL_BSP_SCHEDULE_DELAY: '100',
  OTEL_BSP_EXPORT_TIMEOUT: '2500',
};

let receiver: SpanReceiver;
let platform: Platform;
let patient: string;

beforeAll(async () => {
  receiver = await startSpanReceiver();
  platform = await startPlatform(new ReceiverBackend(receiver), { env: { ...receiver.env, ...LIMITS } });
  patient = await platform.api.signIn('aurora', 'patient-1');
});
afterAll(async () => {
  receiver.behave('accept');
  await platform?.stop();
  await receiver.stop();
});

class ReceiverBackend implements Backend {
  readonly name = 'a receiver';
  readonly available = true;

  constructor(private readonly receiver: SpanReceiver) {}

  start(): ReturnType<Backend['start']> {
    const traceBackend = { kind: 'jaeger', url: 'http://127.0.0.1:1', otlpUrl: this.receiver.url } as const;
    return Promise.resolve({ traceBackend, stop: () => Promise.resolve() });
  }
}

/** What a service has said of its telemetry since. */
class Telling {
  readonly #seen = new Map(SERVICES.map((service) => [service, linesOf(service).length]));

  of(service: Service): string[] {
    return linesOf(service)
      .slice(this.#seen.get(service))
      .filter((line) => /telemetry|span|export|backend|OTEL/i.test(line));
  }

  everybody(pattern: RegExp): boolean {
    return SERVICES.every((service) => this.of(service).some((line) => pattern.test(line)));
  }
}

const linesOf = (service: Service) =>
  readFileSync(platform.system.services[service].logFile, 'utf8').split('\n').filter(Boolean);

async function expectTheUsualAnswers(): Promise<void> {
  const { api } = platform;
  const key = crypto.randomUUID();
  const answers: [number, Answer][] = [
    [201, await api.submit(patient, phq9(), key)],
    [200, await api.submit(patient, phq9(), key)],
    [422, await api.submit(patient, phq9(2), key)],
    [422, await api.submit(patient, incompletePhq9())],
    [401, await api.submit('no token', phq9())],
    [200, await api.call('GET', '/readyz')],
  ];
  expect(answers.map(([, { status }]) => status)).toEqual(answers.map(([status]) => status));
  for (const [, { headers, traceId }] of answers) expect(headers.get('x-request-id')).toBe(traceId);
}

const DOWN = /Spans do not reach otlp at http:\/\/127\.0\.0\.1:\d+: /;
const BACK = /Spans reach otlp at \S+ again: (\d+) were lost/;

describe('a backend that', () => {
  it.each<[string, ReceiverBehaviour | 'killed']>([
    ['is killed', 'killed'],
    ['hangs', 'hang'],
    ['answers 500', { status: 500 }],
    ['answers 503 and to come back later', { status: 503, retryAfterSeconds: 1 }],
  ])(
    '%s during load changes no answer; each service says so once, and all is complete when it is back',
    { timeout: 60_000 },
    async (_, behaviour) => {
      const telling = new Telling();
      const before = await platform.countSubmissions();
      const load = new Load(platform, patient);
      await load.more(50);
      if (behaviour === 'killed') await receiver.stop();
      else receiver.behave(behaviour);
      await load.until(() => telling.everybody(DOWN));
      await load.more(50);
      await expectTheUsualAnswers();
      receiver.behave('accept');
      if (behaviour === 'killed') await receiver.restart();
      await load.until(() => telling.everybody(BACK));
      const answers = await load.stop();
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      expect(await platform.countSubmissions()).toBe(before + answers.length + 1);
      for (const service of SERVICES) {
        const told = telling.of(service);
        expect(told).toEqual([expect.stringMatching(DOWN), expect.stringMatching(BACK)]);
        expect(Number(BACK.exec(told[1]!)![1])).toBeGreaterThan(0);
      }
      const { traceId } = await platform.api.submit(patient, phq9());
      await expectTrace(receiver, { traceId, timeoutMs: 10_000 }).toMatch(SUBMISSION_CONTRACTS.accepted);
    },
  );

  it('takes 200 ms for a batch loses nothing', { timeout: 60_000 }, async () => {
    const telling = new Telling();
    receiver.reset();
    receiver.behave({ delayMs: 200 });
    const load = new Load(platform, patient);
    await load.more(300);
    for (const { traceId } of await load.stop())
      await expectTrace(receiver, { traceId, timeoutMs: 10_000 }).toMatch(SUBMISSION_CONTRACTS.accepted);
    for (const service of SERVICES) expect(telling.of(service)).toEqual([]);
  });
});
