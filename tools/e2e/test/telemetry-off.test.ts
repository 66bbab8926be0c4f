import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incompletePhq9, phq9 } from './support/api.js';
import type { Answer } from './support/api.js';
import type { Backend } from './support/backends.js';
import { startPlatform, type Platform } from './support/platform.js';

/** A backend that takes connections and never answers. */
const silent: Server = createServer(() => {});
const silentUrl = () => `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}`;

class Nobody implements Backend {
  readonly name = 'nobody';
  readonly available = true;

  constructor(private readonly otlpUrl: string) {}

  start(): ReturnType<Backend['start']> {
    const traceBackend = { kind: 'jaeger', url: 'http://127.0.0.1:1', otlpUrl: this.otlpUrl } as const;
    return Promise.resolve({ traceBackend, stop: () => Promise.resolve() });
  }
}

interface Condition {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly otlpUrl: () => string;
}

const CONDITIONS: readonly Condition[] = [
  { name: 'switched off', env: { OTEL_SDK_DISABLED: 'true' }, otlpUrl: () => 'http://127.0.0.1:1' },
  { name: 'sampled out', env: { OTEL_TRACES_SAMPLER: 'always_off' }, otlpUrl: () => 'http://127.0.0.1:1' },
  { name: 'recorded and not sent', env: { OTEL_TRACES_EXPORTER: 'none' }, otlpUrl: () => 'http://127.0.0.1:1' },
  { name: 'sent to nobody', env: {}, otlpUrl: () => 'http://127.0.0.1:1' },
  { name: 'sent to a backend that hangs', env: {}, otlpUrl: silentUrl },
];

describe.each(CONDITIONS)('with telemetry $name', ({ env, otlpUrl }) => {
  let platform: Platform;

  beforeAll(async () => {
    if (!silent.listening) await once(silent.listen(0, '127.0.0.1'), 'listening');
    platform = await startPlatform(new Nobody(otlpUrl()), { env });
  });
  afterAll(async () => {
    await platform.stop();
    silent.close();
  });

  it('the API answers the same', async () => {
    const { api } = platform;
    const patient = await api.signIn('aurora', 'patient-1');
    const key = randomUUID();
    const answers: [number, Answer][] = [
      [201, await api.submit(patient, phq9(), key)],
      [200, await api.submit(patient, phq9(), key)],
      [422, await api.submit(patient, phq9(2), key)],
      [422, await api.submit(patient, incompletePhq9())],
      [401, await api.submit('no token', phq9())],
      [404, await api.call('GET', '/nowhere')],
      [200, await api.call('GET', '/readyz')],
    ];
    for (const [status, answer] of answers) {
      expect(answer.status).toBe(status);
      expect(answer.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(answer.headers.get('x-request-id')).toBe(answer.traceId);
      expect(answer.headers.get('traceresponse')).toMatch(new RegExp(`^00-${answer.traceId}-[0-9a-f]{16}-0[01]$`));
    }
    expect(answers[0]![1].body).toMatchObject({ analysis: { status: 'complete' }, traceId: answers[0]![1].traceId });
    expect(answers[3]![1].body).toMatchObject({ traceId: answers[3]![1].traceId, requestId: answers[3]![1].traceId });
  });
});
