import { randomBytes } from 'node:crypto';
import { findJaegerBinary, NO_JAEGER, startJaeger, type RunningJaeger } from '@epro/real-jaeger';
import { checkTrace, SUBMISSION_CONTRACTS, type TraceSpan } from '@epro/trace-contract';
import { afterEach, describe, expect, it } from 'vitest';
import { phq9 } from './support/api.js';
import { BACKENDS, type Backend } from './support/backends.js';
import { startPlatform, type Platform } from './support/platform.js';

const [traceDesk] = BACKENDS;
const jaegerBinary = findJaegerBinary();
if (!jaegerBinary) console.warn(`Skipped: a backend chosen by configuration (${NO_JAEGER})`);

/** Each test starts a platform of its own. */
const START_TIMEOUT_MS = 60_000;

const B3 = (spanId: string, traceId: string) => ({
  'x-b3-traceid': traceId,
  'x-b3-spanid': spanId,
  'x-b3-sampled': '1',
});

let platform: Platform | undefined;
let jaeger: RunningJaeger | undefined;
afterEach(async () => {
  await platform?.stop();
  await jaeger?.stop();
  platform = jaeger = undefined;
});

/** The platform with these settings for every service, and where the traces can be read. */
async function start(env: Readonly<Record<string, string>>, backend: Backend = traceDesk!): Promise<Platform> {
  platform = await startPlatform(backend, { env });
  return platform;
}

function backendOf({ url, otlpUrl }: RunningJaeger): Backend {
  const traceBackend = { kind: 'jaeger', url, otlpUrl } as const;
  return {
    name: 'Jaeger',
    available: true,
    start: () => Promise.resolve({ traceBackend, stop: () => Promise.resolve() }),
  };
}

async function submit({ api }: Platform, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const { status, traceId } = await api.submit(await api.signIn('aurora', 'patient-1'), phq9(), undefined, headers);
  expect(status).toBe(201);
  return traceId;
}

describe('with B3 in place of W3C trace context', { timeout: START_TIMEOUT_MS }, () => {
  it('a submission is one whole trace, which goes on from a caller that speaks it', async () => {
    const running = await start({ OTEL_PROPAGATORS: 'b3multi,baggage' });
    const [spanId, traceId] = [randomBytes(8).toString('hex'), randomBytes(16).toString('hex')];
    expect(await submit(running, B3(spanId, traceId))).toBe(traceId);
    const spans = await running.completeTrace(traceId, SUBMISSION_CONTRACTS.accepted);
    expect(spans.find(({ name }) => name === 'POST /api/v1/submissions')?.parentSpanId).toBe(spanId);
    // Nobody is asked in another language any more.
    const traceparent = `00-${randomBytes(16).toString('hex')}-${spanId}-01`;
    expect(traceparent).not.toContain(await submit(running, { traceparent }));
  });
});

describe.skipIf(jaegerBinary === undefined)('sent to a real Jaeger', { timeout: START_TIMEOUT_MS }, () => {
  it('by OTLP over gRPC, a submission is one whole trace', async () => {
    jaeger = await startJaeger();
    const running = await start(
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.otlpGrpcUrl },
      backendOf(jaeger),
    );
    await running.completeTrace(await submit(running), SUBMISSION_CONTRACTS.accepted);
  });

  it("in Zipkin's format, a submission is one whole trace, its numbers as text", async () => {
    jaeger = await startJaeger();
    const running = await start(
      { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: jaeger.zipkinUrl },
      backendOf(jaeger),
    );
    const isWhole = (spans: readonly TraceSpan[]) =>
      checkTrace(spans.map(withNumbers), SUBMISSION_CONTRACTS.accepted).length === 0;
    await running.jaeger.waitForTrace(await submit(running), { until: isWhole, timeoutMs: 15_000 });
  });
});

/** Zipkin's tags are text. */
function withNumbers(span: TraceSpan): TraceSpan {
  const numbers = ['http.response.status_code', 'server.port', 'data.length'];
  const attributes = Object.entries(span.attributes).map(([key, value]) => [
    key,
    numbers.includes(key) ? Number(value) : value,
  ]);
  return { ...span, attributes: Object.fromEntries(attributes) as TraceSpan['attributes'] };
}
