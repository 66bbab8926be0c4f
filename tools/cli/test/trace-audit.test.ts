import { SUBMISSION_CONTRACTS, type TraceSpan } from '@epro/trace-contract';
import { describe, expect, it } from 'vitest';
import { run } from './support/run.js';
import { serveJaeger } from './support/serve-jaeger.js';
import { completeTrace } from './support/traces.js';

const { accepted, rejected } = SUBMISSION_CONTRACTS;
const audit = (url: string, ...options: string[]) => run(['trace:audit', '--url', url, '--settle', '1ms', ...options]);
const isSaveServer = ({ name, kind }: TraceSpan) => kind === 'SERVER' && name.endsWith('/SaveSubmission');

describe('trace:audit', () => {
  it('says 100 % of complete traces, by contract, and exits 0', async () => {
    const traces = [completeTrace(accepted), completeTrace(accepted), completeTrace(rejected)];
    const { url } = await serveJaeger(traces.flat());
    const { code, out } = await audit(url);
    expect(out.split('\n')[0]).toBe('3 of 3 traces complete (100.000 %)');
    expect(out).toContain(`${accepted.title}  2 of 2`);
    expect(out).toMatch(/rejected submission \(422\) +1 of 1/);
    expect(code).toBe(0);
  });

  it('says in words what is wrong with the others, the same fault once, and exits 1', async () => {
    const broken = [completeTrace(accepted), completeTrace(accepted)].map((trace) =>
      trace.filter((span) => !isSaveServer(span)),
    );
    const { url } = await serveJaeger([...completeTrace(accepted), ...broken.flat()]);
    const { code, out } = await audit(url);
    expect(out.split('\n')[0]).toBe('1 of 3 traces complete (33.333 %)');
    expect(out).toContain(`2 × ${accepted.title}`);
    expect(out.match(/SaveSubmission.*missing|missing.*SaveSubmission/g)).toHaveLength(1);
    for (const trace of broken) expect(out).toContain(`${url}/trace/${trace[0]?.traceId}`);
    expect(code).toBe(1);
  });

  it('names a service that samples by itself first, says what to do, and exits 1', async () => {
    const isKept = ({ traceId }: TraceSpan) => traceId < '8';
    const sampled = (trace: TraceSpan[]) => trace.filter((span) => span.service !== 'epro-validation' || isKept(span));
    const traces = Array.from({ length: 30 }, () => sampled(completeTrace(accepted)));
    const { url } = await serveJaeger(traces.flat());
    const { code, out } = await audit(url);
    const apart = traces.filter((trace) => !isKept(trace[0]!));
    const [, conflict = ''] = out.split('Sampled here and not there:');
    expect(conflict).toMatch(/^\n\n {2}- epro-validation seems to decide by itself .*parentbased_/);
    expect(conflict).toContain(`of 30 traces in which it answered epro-gateway, ${apart.length} have no span of it`);
    expect(apart.map(([root]) => root?.traceId)).toContain(/\/trace\/(\w+)/.exec(conflict)?.[1]);
    expect(code).toBe(1);
    const { samplingConflicts } = JSON.parse((await audit(url, '--json')).out) as { samplingConflicts: unknown[] };
    expect(samplingConflicts).toMatchObject([
      { service: 'epro-validation', does: 'leaves-out', agreed: 30 - apart.length },
    ]);
  });

  it('counts a trace that broke in two once, and names the hop that lost the context', async () => {
    const trace = completeTrace(accepted);
    const lost = new Set<string>();
    const split = trace.map((span) => {
      if (!isSaveServer(span) && !lost.has(span.parentSpanId ?? '')) return span;
      lost.add(span.spanId);
      const { parentSpanId, ...rest } = span;
      return { ...rest, traceId: 'f'.repeat(32), ...(isSaveServer(span) ? {} : { parentSpanId }) };
    });
    const { url } = await serveJaeger(split);
    const { code, out } = await audit(url);
    expect(out.split('\n')[0]).toBe('0 of 1 traces complete (0.000 %)');
    expect(out).toMatch(/SaveSubmission.*is in trace f{32}/);
    expect(code).toBe(1);
  });

  it('counts a trace whose request was not exported', async () => {
    const headless = completeTrace(accepted).slice(1);
    const { url } = await serveJaeger([...completeTrace(accepted), ...headless]);
    const { code, out } = await audit(url);
    expect(out.split('\n')[0]).toBe('1 of 2 traces complete (50.000 %)');
    expect(out).toContain(`1 × ${accepted.title}`);
    expect(code).toBe(1);
  });

  it.each([
    ['epro-storage', 'SERVER', 'epro.storage.v1.StorageService/SaveSubmission'],
    ['epro-gateway', 'CLIENT', 'epro.storage.v1.StorageService/SaveSubmission'],
  ])('shows apart what %s began by itself with a %s span, and exits 1', async (service, kind, name) => {
    const trace = completeTrace(accepted);
    const begin = trace.find((span) => span.service === service && span.kind === kind && span.name === name);
    const piece = [
      // Nothing tells whose it is: the baggage is lost with the context, and another id was made.
      { ...begin!, parentSpanId: undefined, attributes: { ...begin!.attributes, 'request.id': begin!.spanId } },
    ];
    const { url } = await serveJaeger([...completeTrace(accepted), ...piece]);
    const { code, out } = await audit(url);
    expect(out.split('\n')[0]).toBe('1 of 1 traces complete (100.000 %)');
    expect(out).toContain(`Pieces of traces, begun where no request begins:\n  1 × ${name}`);
    expect(out).toMatch(new RegExp(`${service}: the ${kind} span ${name} has no parent`));
    expect(code).toBe(1);
  });

  it('judges each of several requests that share a trace', async () => {
    const one = completeTrace(accepted);
    const other = completeTrace(rejected, 30_000).map((span) => ({ ...span, traceId: one[0]?.traceId ?? '' }));
    const { url } = await serveJaeger([...one, ...other]);
    expect(await audit(url)).toMatchObject({ code: 0, out: expect.stringMatching(/^2 of 2 traces/) as string });
  });

  it.each([
    ['nothing at all', []],
    [
      'only traces that no contract covers',
      completeTrace(accepted)
        .slice(0, 1)
        .map((span) => ({
          ...span,
          name: 'GET /api/v1/reports',
          attributes: { ...span.attributes, 'http.request.method': 'GET', 'http.route': '/api/v1/reports' },
        })),
    ],
  ])('proves nothing with %s, and exits 3', async (_name, spans) => {
    const { url } = await serveJaeger(spans);
    const { code, out } = await audit(url);
    expect(out).toMatch(/^0 of 0 traces complete/);
    expect(out).toContain('nothing is proven');
    expect(code).toBe(3);
  });

  it('says when there are more traces than were read', async () => {
    const { url } = await serveJaeger([1, 2, 3].flatMap((minutes) => completeTrace(accepted, minutes * 60_000)));
    const { out } = await audit(url, '--limit', '2');
    expect(out).toMatch(/^2 of 2 traces complete/);
    expect(out).toContain('The latest 2 traces only');
    expect((await audit(url, '--limit', '3')).out).not.toContain('traces only');
  });

  it('looks back only as far as it is told', async () => {
    const { url } = await serveJaeger([...completeTrace(accepted, 60_000), ...completeTrace(accepted, 600_000)]);
    expect((await audit(url, '--since', '5m')).out).toMatch(/^1 of 1 /);
    expect((await audit(url, '--since', '15m')).out).toMatch(/^2 of 2 /);
  });

  it('waits for spans that are still on their way', async () => {
    const trace = completeTrace(accepted, 100);
    const jaeger = await serveJaeger(trace.slice(0, -3));
    const auditing = run(['trace:audit', '--url', jaeger.url, '--settle', '5s']);
    await expect.poll(() => jaeger.spans.length).toBe(trace.length - 3);
    jaeger.spans.push(...trace.slice(-3));
    expect(await auditing).toMatchObject({ code: 0 });
  });

  it('gives everything as JSON', async () => {
    const { url } = await serveJaeger(completeTrace(accepted));
    const { out } = await audit(url, '--json');
    expect(JSON.parse(out)).toMatchObject({ url, checked: 1, complete: 1, share: 1, truncated: false, faults: [] });
  });

  it('exits 4 where nothing answers, and names the address', async () => {
    const { code, err } = await audit('http://127.0.0.1:9');
    expect(err).toContain('http://127.0.0.1:9');
    expect(code).toBe(4);
  });

  it.each([
    [['--since', 'yesterday'], /--since must be a time such as 90s/],
    [['--limit', '0'], /--limit must be a whole number/],
    [['--url', 'jaeger'], /--url must be an http/],
    [['--lim', '5'], /--lim/],
    [['rest'], /rest/],
  ])('exits 2 for %j and says why', async (options, message) => {
    const { code, err } = await run(['trace:audit', ...options]);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});
