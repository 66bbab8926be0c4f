import { describe, expect, it } from 'vitest';
import { nanos, traceId } from './support/otlp-request.js';
import { runningDesk, type RunningDesk } from './support/running-desk.js';

interface DeskAnswer {
  traces: { traceId: string; rootOperation: string }[];
  store: unknown;
}

describe('the search of the page', () => {
  async function deskWithTraces(): Promise<RunningDesk> {
    const desk = await runningDesk();
    const about = (patient: string, tenant: string) => ({
      'patient.id': patient,
      'tenant.id': tenant,
      'request.id': `r-${patient}`,
    });
    await desk.send({
      gateway: [{ trace: 1, id: 1, name: 'first', from: 0, takes: 10, attributes: about('AUR-0001', 'aurora') }],
      // A different span than the one that names the patient.
      storage: [{ trace: 1, id: 2, parent: 1, name: 'save', from: 2, error: true }],
    });
    await desk.send({
      gateway: [{ trace: 2, id: 1, name: 'second', from: 1000, takes: 100, attributes: about('BOR-0001', 'borealis') }],
    });
    await desk.send({ gateway: [{ trace: 3, id: 1, parent: 9, from: 500, takes: 1 }] });
    return desk;
  }

  it.each([
    ['', [2, 3, 1]],
    ['limit=1', [3]],
    ['service=storage', [1]],
    ['operation=save', [1]],
    ['service=storage&patient=AUR-0001', [1]],
    ['patient=BOR-0001', [2]],
    ['patient=nobody', []],
    ['tenant=borealis', [2]],
    ['tenant=borealis&patient=AUR-0001', []],
    ['request=r-AUR-0001', [1]],
    ['status=error', [1]],
    ['status=ok', [2, 3]],
    ['minDuration=10ms', [2, 1]],
    ['maxDuration=10ms', [3, 1]],
    ['minDuration=2ms&maxDuration=0.05s', [1]],
    ['patient=%20AUR-0001%20', [1]],
  ])('by %s finds traces %j', async (query, traces) => {
    await using desk = await deskWithTraces();
    const { body } = await desk.get(`/desk/traces?${query}`);
    expect((body as DeskAnswer).traces.map((trace) => trace.traceId)).toEqual(traces.map(traceId));
  });

  it('says what the list shows', async () => {
    await using desk = await deskWithTraces();
    const { body } = await desk.get('/desk/traces?patient=AUR-0001');
    expect(body).toMatchObject({
      traces: [
        {
          traceId: traceId(1),
          rootService: 'gateway',
          rootOperation: 'first',
          startUnixNano: String(nanos(0)),
          durationNano: '10000000',
          spanCount: 2,
          errorSpanCount: 1,
          orphanSpanCount: 0,
          subjects: { patients: ['AUR-0001'], tenants: ['aurora'], requests: ['r-AUR-0001'] },
        },
      ],
      store: { traces: 3, spans: 4, evictedTraces: 0 },
    });
  });

  it.each([
    ['minDuration=10', '“Longer than” takes a duration with its unit, such as 10ms or 1.5s.'],
    ['status=odd', 'status must be error or ok'],
    ['limit=501', 'limit must be from 1 to 500'],
  ])('refuses ?%s in words', async (query, error) => {
    await using desk = await runningDesk();
    expect(await desk.get(`/desk/traces?${query}`)).toEqual({ status: 400, body: { error } });
  });
});

describe('the page', () => {
  it.each(['/', '/search?service=gateway', `/trace/${traceId(1)}`])(
    'is at %s, as in the UI of Jaeger',
    async (path) => {
      await using desk = await runningDesk();
      const response = await fetch(`${desk.url}${path}`);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await response.text()).toContain('<title>Trace desk</title>');
    },
  );

  it('is complete in itself: every file that it names is here, and nothing comes from elsewhere', async () => {
    await using desk = await runningDesk();
    const html = await (await fetch(desk.url)).text();
    const named = [...html.matchAll(/(?:href|src)="([^"#]+)"/g)]
      .map(([, path]) => path!)
      .filter((path) => path !== '/');
    expect(named).toEqual(expect.arrayContaining(['/desk/page/app.js', '/desk/page/style.css', '/desk/page/icon.svg']));
    const seen = new Set<string>();
    for (const path of named) seen.add(path);
    for (const path of seen) {
      expect(path).toMatch(/^\/desk\/page\/[\w.-]+$/);
      const response = await fetch(`${desk.url}${path}`);
      expect(response.status, path).toBe(200);
      const source = await response.text();
      for (const [, module] of source.matchAll(/from '\.\/([\w-]+\.js)'/g)) seen.add(`/desk/page/${module}`);
      expect(source.replaceAll('http://www.w3.org/2000/svg', ''), path).not.toMatch(/https?:\/\//);
    }
    expect(seen.size).toBeGreaterThan(8);
  });

  it('may run nothing but its own files', async () => {
    await using desk = await runningDesk();
    const { headers } = await fetch(desk.url);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    '/desk/page/..%2Fpackage.json',
    '/desk/page/tsconfig.json',
    '/desk/page/app.ts',
    '/desk/page/none.js',
    '/nothing',
  ])('does not give out %s', async (path) => {
    await using desk = await runningDesk();
    expect((await fetch(`${desk.url}${path}`)).status).toBe(404);
  });

  it('never builds HTML from text', async () => {
    await using desk = await runningDesk();
    const scripts = ['app', 'dom', 'list-view', 'trace-view', 'trace-table', 'trace-head', 'span-row', 'span-details'];
    for (const script of scripts) {
      const source = await (await fetch(`${desk.url}/desk/page/${script}.js`)).text();
      expect(source, script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
    }
  });
});

describe('/healthz', () => {
  it('says that it runs and how full it is', async () => {
    await using desk = await runningDesk();
    await desk.send({ gateway: [{ id: 1 }] });
    expect(await desk.get('/healthz')).toEqual({
      status: 200,
      body: {
        status: 'ok',
        traces: 1,
        spans: 1,
        bytes: expect.any(Number) as number,
        evictedTraces: 0,
        rejectedSpans: 0,
      },
    });
  });
});
