import { propagation, SpanKind, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { defaultResource } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import { fastify } from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';

const RULES = JSON.stringify({
  tiers: { gold: ['aurora'] },
  rules: [
    { name: 'noise', route: '/noise', sample: 'never' },
    { name: 'alarms', method: 'POST', route: '/alarms', sample: 'always' },
    { name: 'gold', tier: 'gold', sample: 1 },
  ],
  otherwise: 0,
});
const TRACE = 'a'.repeat(32);
const caller = (flags: '00' | '01') => ({ traceparent: `00-${TRACE}-${'b'.repeat(16)}-${flags}` });
const bearer = (tenant: string) => ({
  authorization: `Bearer e30.${Buffer.from(JSON.stringify({ tenant })).toString('base64url')}.c2ln`,
});

let close = async (): Promise<void> => {};
afterEach(() => close());

/** A gateway in this process, freshly loaded: how the edge is treated is read once. */
async function startGateway(edge: 'continue' | 'restart', { rules = RULES, ratio = 0 } = {}) {
  vi.resetModules();
  vi.stubEnv('TRACE_EDGE', edge);
  trace.disable();
  const { registerHttpTelemetry } = await import('../http/fastify-telemetry.js');
  const { EdgeSampler } = await import('./edge.sampler.js');
  const { parseSamplingRules } = await import('./sampling-rules.js');
  const { ensureContextManager, telemetryStarted } = await import('../sdk/telemetry.js');
  const sampler = new EdgeSampler(new TraceIdRatioBasedSampler(ratio));
  if (rules) sampler.use(parseSamplingRules(rules));
  const exporter = new InMemorySpanExporter();
  const { captureContext, runInContext } = await import('../context/carrier.js');
  const { withSpan } = await import('../span/with-span.js');
  const { ExportSpanProcessor } = await import('../sdk/export.processor.js');
  const { CompactTracerProvider } = await import('../trace/compact-tracer-provider.js');
  const processors = [new ExportSpanProcessor(new SimpleSpanProcessor({ exporter }))];
  const provider = new CompactTracerProvider({ resource: defaultResource(), sampler, processors });
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  ensureContextManager();
  telemetryStarted(() => provider.shutdown());
  const app = fastify();
  registerHttpTelemetry(app, { alwaysSampled: ['POST /adverse-events'] });
  for (const path of ['/items', '/noise', '/alarms', '/adverse-events'])
    app.route({ method: ['GET', 'POST'], url: path, handler: () => withSpan('step', () => captureContext()) });
  const base = await app.listen({ port: 0 });
  close = async () => {
    vi.unstubAllEnvs();
    await app.close();
    await provider.shutdown();
  };
  /** The names of the spans that a request leaves. */
  const send = async (method: string, path: string, headers: Record<string, string> = {}) => {
    exporter.reset();
    const response = await fetch(base + path, { method, headers: { connection: 'close', ...headers } });
    const carrier = (await response.json()) as Record<string, string>;
    const flag = response.headers.get('traceresponse')?.slice(-2);
    // The span ends when the response has been closed, which the client may see first.
    if (flag === '01') await vi.waitFor(() => expect(exporter.getFinishedSpans()).toHaveLength(2));
    const spans = exporter.getFinishedSpans();
    return { names: spans.map(({ name }) => name), spans, carrier, flag };
  };
  return { base, runInContext, send };
}
const whole = (request: string) => ['step', request];

describe('at the edge, with rules', () => {
  it('decides by the tenant that the token claims, and puts it on no span', async () => {
    const { send } = await startGateway('continue');
    const { names, spans } = await send('GET', '/items', bearer('aurora'));
    expect(names).toEqual(whole('GET /items'));
    expect(spans.at(-1)?.attributes).toMatchObject({ 'epro.sampling.rule': 'gold', 'epro.sampling.ratio': 1 });
    expect(JSON.stringify(spans.map(({ name, attributes, events }) => [name, attributes, events]))).not.toContain(
      'aurora',
    );
    expect((await send('GET', '/items', bearer('borealis'))).names).toEqual([]);
    expect((await send('GET', '/items')).names).toEqual([]);
    expect((await send('GET', '/items', { authorization: 'Bearer x.y.z' })).names).toEqual([]);
  });

  it('passes the decision on, with nothing of what it was made by', async () => {
    const { send } = await startGateway('continue');
    const kept = await send('GET', '/items', bearer('aurora'));
    expect(kept.carrier['traceparent']).toMatch(/-01$/);
    const dropped = await send('GET', '/items', bearer('borealis'));
    expect(dropped.carrier['traceparent']).toMatch(/-00$/);
    expect(JSON.stringify([kept.carrier, dropped.carrier])).not.toMatch(/aurora|borealis/);
  });

  it('follows a caller, where no duty says otherwise', async () => {
    const { send } = await startGateway('continue');
    expect((await send('GET', '/items', { ...bearer('aurora'), ...caller('00') })).names).toEqual([]);
    const { names, spans } = await send('GET', '/items', { ...bearer('borealis'), ...caller('01') });
    expect(names).toEqual(whole('GET /items'));
    expect(spans[0]?.spanContext().traceId).toBe(TRACE);
  });

  it.each(['/alarms', '/adverse-events'])(
    'records POST %s although its caller does not, in its trace',
    async (path) => {
      const { send } = await startGateway('continue');
      const { names, spans } = await send('POST', path, caller('00'));
      expect(names).toEqual(whole(`POST ${path}`));
      expect(spans.map((span) => span.spanContext().traceId)).toEqual([TRACE, TRACE]);
      expect((await send('GET', path, caller('00'))).names).toEqual([]);
    },
  );

  it('never records what must not be, although its caller does', async () => {
    const { send } = await startGateway('continue');
    expect((await send('GET', '/noise', { ...bearer('aurora'), ...caller('01') })).names).toEqual([]);
  });

  it('lets no caller decide where traces restart', async () => {
    const { send } = await startGateway('restart');
    expect((await send('GET', '/items', { ...bearer('borealis'), ...caller('01') })).names).toEqual([]);
    expect((await send('GET', '/items', { ...bearer('aurora'), ...caller('00') })).names).toEqual(whole('GET /items'));
    expect((await send('POST', '/adverse-events', caller('00'))).names).toEqual(whole('POST /adverse-events'));
    expect((await send('GET', '/noise', caller('01'))).names).toEqual([]);
  });
});

it('leaves the self-check its probe, whatever the rules say', async () => {
  const { base } = await startGateway('continue', { rules: '{"rules":[{"name":"nothing","sample":"never"}]}' });
  const { verifyInstrumentation } = await import('../self-check/verify-instrumentation.js');
  await verifyInstrumentation({ http: base });
});

describe('at the edge, without rules', () => {
  it('keeps the promise of the application, and follows the sampler and the caller else', async () => {
    const { send } = await startGateway('continue', { rules: '' });
    const { names, spans } = await send('POST', '/adverse-events');
    expect(names).toEqual(whole('POST /adverse-events'));
    expect(spans.at(-1)?.attributes).toMatchObject({ 'epro.sampling.rule': 'always-sampled' });
    expect((await send('GET', '/items')).names).toEqual([]);
    expect((await send('GET', '/items', caller('01'))).names).toEqual(whole('GET /items'));
  });

  it('reads no token', async () => {
    const { send } = await startGateway('continue', { rules: '', ratio: 1 });
    const decode = vi.spyOn(Buffer, 'from');
    await send('GET', '/items', bearer('aurora'));
    const claims = bearer('aurora').authorization.split('.')[1];
    expect(decode.mock.calls.map(([text]) => text as unknown)).not.toContain(claims);
    decode.mockRestore();
  });
});

describe('behind the edge, with the same rules', () => {
  it.each([
    ['01', ['epro.storage.v1.StorageService/SaveSubmission']],
    ['00', []],
  ] as const)('follows the caller that says %s', async (flags, names) => {
    const { runInContext } = await startGateway('continue', {
      rules: JSON.stringify({ rules: [], otherwise: flags === '01' ? 0 : 1 }),
    });
    const [tracer, exported] = [trace.getTracer('test'), [] as string[]];
    runInContext(caller(flags), () => {
      const span = tracer.startSpan('epro.storage.v1.StorageService/SaveSubmission', { kind: SpanKind.SERVER });
      if (span.isRecording()) exported.push('epro.storage.v1.StorageService/SaveSubmission');
      span.end();
    });
    expect(exported).toEqual(names);
  });

  it('decides about what begins there, by its name', async () => {
    const rules = { rules: [{ name: 'sweeps', operation: 'sweep *', sample: 1 }], otherwise: 0 };
    await startGateway('continue', { rules: JSON.stringify(rules) });
    const isKept = (name: string) => trace.getTracer('test').startSpan(name).isRecording();
    expect([isKept('sweep diaries'), isKept('tick')]).toEqual([true, false]);
  });
});
