import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { drivePlatform, KEPT_ID, type Drive } from './canary/drive-platform.js';
import { findPlanted, marker } from './canary/markers.js';

const KEEP_ALL = fileURLToPath(new URL('canary/keep-all.rules.json', import.meta.url));
/** As it is by default, and with as much as possible otherwise. */
const MODES: { name: string; env: Record<string, string> }[] = [
  { name: 'the library itself', env: { EPRO_TELEMETRY_GRPC: 'interceptors', EPRO_TELEMETRY_PG: 'pool' } },
  {
    name: 'instrumentation-grpc and -pg, sampled by rules and restarted at the edge, in every format, telling how to debug it',
    env: {
      EPRO_TELEMETRY_GRPC: 'instrumentation',
      EPRO_TELEMETRY_PG: 'instrumentation',
      EPRO_SAMPLING_RULES: KEEP_ALL,
      TRACE_EDGE: 'restart',
      OTEL_PROPAGATORS: 'tracecontext,baggage,b3,b3multi',
      OTEL_LOG_LEVEL: 'debug',
    },
  },
];
const SERVICES = ['gateway', 'auth', 'validation', 'storage', 'analysis'];
/** How the library tells a developer of something that is not on its list. */
const REFUSAL = /Privacy: the [\w ]+ \S+ does not leave/g;
const SIGNALS = ['/v1/traces', '/v1/metrics', '/v1/logs'];

describe.each(MODES)('traced by $name', ({ env }) => {
  let drive: Drive;

  beforeAll(async () => {
    drive = await drivePlatform(env);
  });

  it('every route of the gateway has a canary, and every canary a route', () => {
    expect(drive.routes.filter((route) => !(route in drive.canaries))).toEqual([]);
    expect(Object.keys(drive.canaries).filter((route) => !drive.routes.includes(route))).toEqual([]);
  });

  it('every route was reached in success, refusal and failure', () => {
    const wrong = drive.outcomes.filter(({ expected, status }) =>
      expected === undefined ? status === undefined || status < 200 : status !== expected,
    );
    expect(wrong.map(({ request, expected, status }) => `${request}: ${status} instead of ${expected}`)).toEqual([]);
  });

  it('no error repeats anything that was sent', () => {
    const told = drive.outcomes.filter(({ status }) => status === undefined || status === 1 || status >= 400);
    expect(told.length).toBeGreaterThan(150);
    expect(
      told.flatMap(({ request, bytes }) =>
        findPlanted(bytes, new Set([KEPT_ID])).map((find) => ({ request, ...find })),
      ),
    ).toEqual([]);
  });

  it('nothing planted is anywhere that telemetry went', () => {
    const found = [...drive.telemetry].flatMap(([where, bytes]) =>
      findPlanted(bytes, new Set([KEPT_ID])).map((find) => ({ where, ...find })),
    );
    expect(found).toEqual([]);
  });

  it('every route left its spans, and every service its log lines', () => {
    const traces = drive.telemetry.get('/v1/traces')!.toString('latin1');
    const spans = Object.values(drive.canaries).map(({ span }) => span);
    for (const [route, { span }] of Object.entries(drive.canaries)) {
      if (span === 'untraced') continue;
      const longer = spans.filter((other) => other !== span && other.startsWith(span));
      const seen = count(traces, span) - longer.reduce((sum, other) => sum + count(traces, other), 0);
      const sent = drive.outcomes
        .filter(({ expected }) => expected !== undefined)
        .filter(({ request }) => matches(route, request));
      expect(seen, route).toBeGreaterThanOrEqual(sent.length);
    }
    for (const service of SERVICES) {
      expect(drive.telemetry.get(`log of ${service}`)!.length, service).toBeGreaterThan(500);
      expect(count(traces, `epro-${service}`), service).toBeGreaterThan(0);
    }
    for (const service of ['gateway', 'auth', 'storage']) {
      expect(drive.telemetry.get(`log of ${service}`)!.toString(), service).toContain('"level":"error"');
    }
    for (const signal of SIGNALS) expect(drive.telemetry.get(signal)?.length ?? 0, signal).toBeGreaterThan(500);
    expect(drive.telemetry.has('log of postgres')).toBe(true);
  });

  it('what the platform records of itself is on the allow-list', () => {
    const refused = [...drive.telemetry.values()].flatMap((bytes) => bytes.toString('utf8').match(REFUSAL) ?? []);
    expect([...new Set(refused)]).toEqual([]);
  });

  it('it would have been found: an id that a caller may choose is there', () => {
    for (const where of ['/v1/traces', '/v1/logs', 'log of gateway']) {
      expect(
        findPlanted(drive.telemetry.get(where)!).map(({ what }) => what),
        where,
      ).toContain(KEPT_ID);
    }
  });
});

it('what is planted is found in whatever form', () => {
  const text = marker('Sample');
  const forms = [
    text,
    text.toUpperCase(),
    text.slice(0, 7),
    `{"a":"\\u00fc${text}"}`,
    ...['', 'a', 'ab', 'abc'].map((before) => Buffer.from(`${before}${text}!`).toString('base64')),
    Buffer.from(`x${text}`).toString('base64url'),
    Buffer.from(text).toString('hex').toUpperCase(),
  ];
  for (const form of forms) expect(findPlanted(Buffer.from(`… ${form} …`)), form).not.toEqual([]);
  expect(findPlanted(Buffer.from('nothing of the kind'))).toEqual([]);
  expect(findPlanted(Buffer.from(text), new Set([text]))).toEqual([]);
});

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** Whether a request was one of a route, whose parameters are in braces. */
function matches(route: string, request: string): boolean {
  const pattern = route.replaceAll(/[.]/g, '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(request.split('?')[0] ?? '');
}
