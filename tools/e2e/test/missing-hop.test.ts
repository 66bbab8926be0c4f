import type { ServiceName } from '@epro/system';
import { afterEach, describe, expect, it } from 'vitest';
import type { TraceSpan } from '@epro/trace-contract';
import { phq9 } from './support/api.js';
import { BACKENDS } from './support/backends.js';
import { startPlatform, violationsOf, type Platform } from './support/platform.js';

const traceDesk = BACKENDS[0]!;

/** Every boundary in the system with the service that has it, and how the self-check names it. */
const HOPS: [ServiceName, string, RegExp][] = [
  ['gateway', 'http', /http: requests are not traced/],
  ['gateway', 'grpc-client', /grpc-client: calls to epro\.storage\.v1\.StorageService are not traced/],
  ['auth', 'grpc-server', /grpc-server: calls to epro\.auth\.v1\.AuthService are not traced/],
  ['auth', 'pg', /pg: statements are not traced\. Take pg out of EPRO_TELEMETRY_OMIT/],
  ['validation', 'grpc-server', /grpc-server: calls to epro\.validation\.v1\.ValidationService are not traced/],
  ['storage', 'grpc-server', /grpc-server: calls to epro\.storage\.v1\.StorageService are not traced/],
  ['storage', 'pg', /pg: statements are not traced\. Take pg out of EPRO_TELEMETRY_OMIT/],
  ['analysis', 'grpc-server', /grpc-server: calls to epro\.analysis\.v1\.AnalysisService are not traced/],
];

describe.each(HOPS)('without the instrumentation of %s, %s', (service, hop, message) => {
  let platform: Platform | undefined;
  afterEach(async () => {
    await platform?.stop();
    platform = undefined;
  });
  const without = (selfCheck: string) => ({
    serviceEnv: { [service]: { EPRO_TELEMETRY_OMIT: hop, EPRO_TELEMETRY_SELF_CHECK: selfCheck } },
  });

  it('the service does not start, and says which hop is missing', async () => {
    await expect(startPlatform(traceDesk, without('fail'))).rejects.toThrow(message);
  });

  it('where it may start, the submission is accepted and the contract says what its trace lacks', async () => {
    platform = await startPlatform(traceDesk, without('warn'));
    const { api, jaeger, system } = platform;
    expect(system.services[service].log(200)).toMatch(message);
    const patient = await api.signIn('aurora', 'patient-1');
    const { status } = await api.submit(patient, phq9());
    expect(status).toBe(201);
    // Whichever trace the pieces ended in, the services that were called say what they did.
    const until = (all: readonly (readonly TraceSpan[])[]) =>
      all.flat().some(({ name }) => name === 'analyzeSubmission');
    const traces = await recentTraces(platform, until);
    const submissions = traces.filter((spans) =>
      spans.some(({ name }) => /saveToDatabase|analyzeSubmission|validatePatientData|submissions$/.test(name)),
    );
    const violations = submissions.flatMap(violationsOf);
    expect(violations, JSON.stringify(submissions.map((spans) => spans.map(({ name }) => name)))).not.toEqual([]);
    expect(violations.join('\n')).toMatch(/missing|no parent|root|another trace|not in the trace/i);
    expect(await jaeger.services()).not.toEqual([]);
  });
});

async function recentTraces(platform: Platform, until: (traces: readonly (readonly TraceSpan[])[]) => boolean) {
  const window = { start: new Date(Date.now() - 600_000), end: new Date(Date.now() + 60_000) };
  const deadline = Date.now() + 15_000;
  for (;;) {
    const services = await platform.jaeger.services();
    const found = await Promise.all(services.map((service) => platform.jaeger.findTraces({ service, ...window })));
    const traces = [...new Map(found.flat().map((spans) => [spans[0]?.traceId, spans])).values()];
    if (until(traces) || Date.now() > deadline) return traces;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
