import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decide, type TraceStart } from './decide.js';
import { parseSamplingRules, type SamplingRulesError } from './sampling-rules.js';

const parse = (rules: object) => parseSamplingRules(JSON.stringify(rules));

const RULES = parse({
  tiers: { gold: ['aurora'], standard: ['borealis', 'cirrus'] },
  rules: [
    { name: 'health', route: ['/healthz', '/readyz', '/metrics'], sample: 'never' },
    { name: 'adverse-events', method: 'post', route: '/api/v1/adverse-events', sample: 'always' },
    { name: 'sweeps', operation: 'sweep *', sample: 0 },
    { name: 'gold', tier: 'gold', sample: 1 },
    { name: 'reports', tier: 'standard', route: '/api/v1/reports/*', sample: 1 },
    { name: 'standard', tier: 'standard', sample: 0.25 },
    { name: 'visitor', tenant: ['drift'], method: ['GET', 'HEAD'], sample: 0 },
  ],
  otherwise: 0.5,
});

/** The upper half of its bits alone says on which side of a share it is. */
const traceId = (firstDigits: string) => firstDigits.padEnd(8, '0') + '0'.repeat(24);
const LOW = traceId('1');
const HIGH = traceId('e');

describe('decide', () => {
  it.each<[string, Partial<TraceStart>, string, boolean]>([
    ['health checks never', { method: 'GET', route: '/healthz', tenant: 'aurora' }, 'health', false],
    [
      'adverse events always',
      { method: 'POST', route: '/api/v1/adverse-events', traceId: HIGH },
      'adverse-events',
      true,
    ],
    ['... of any tenant', { method: 'POST', route: '/api/v1/adverse-events', tenant: 'drift' }, 'adverse-events', true],
    [
      '... but not other methods',
      { method: 'GET', route: '/api/v1/adverse-events', tenant: 'drift' },
      'visitor',
      false,
    ],
    ['by tier: gold', { method: 'POST', route: '/api/v1/submissions', tenant: 'aurora', traceId: HIGH }, 'gold', true],
    ['by tier: standard, in its share', { tenant: 'borealis', traceId: LOW }, 'standard', true],
    ['by tier: standard, out of it', { tenant: 'cirrus', traceId: HIGH }, 'standard', false],
    [
      'a route below a prefix',
      { tenant: 'borealis', route: '/api/v1/reports/:studyId', traceId: HIGH },
      'reports',
      true,
    ],
    ['not the prefix of another tenant', { route: '/api/v1/reports/:studyId', traceId: HIGH }, 'otherwise', false],
    ['by operation', { operation: 'sweep missed diaries' }, 'sweeps', false],
    ['by tenant and method', { tenant: 'drift', method: 'HEAD' }, 'visitor', false],
    ['every condition must fit', { tenant: 'drift', method: 'POST', traceId: LOW }, 'otherwise', true],
    ['an unknown tenant by the global share', { tenant: 'nobody', traceId: LOW }, 'otherwise', true],
    ['no tenant by the global share', { traceId: HIGH }, 'otherwise', false],
  ])('%s', (_what, start, rule, sampled) => {
    expect(decide(RULES, { traceId: LOW, operation: 'POST /api/v1/submissions', ...start })).toMatchObject({
      rule,
      sampled,
    });
  });

  it('says which decisions hold against a caller too', () => {
    const duty = (route: string, method: string) =>
      decide(RULES, { traceId: LOW, operation: '', route, method })?.isDuty;
    expect([duty('/healthz', 'GET'), duty('/api/v1/adverse-events', 'POST'), duty('/', 'GET')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('leaves to others what no rule fits', () => {
    const rules = parse({ rules: [{ name: 'gold', tenant: 'aurora', sample: 1 }] });
    expect(decide(rules, { traceId: LOW, operation: 'x' })).toBeUndefined();
  });

  it('asks for the tenant only where a rule does', () => {
    expect(RULES.needsTenant).toBe(true);
    expect(parse({ rules: [{ name: 'all', route: '/x', sample: 1 }], otherwise: 1 }).needsTenant).toBe(false);
  });

  it('keeps the share that it says, and the same traces each time', () => {
    const rules = parse({ rules: [], otherwise: 0.1 });
    const ids = Array.from({ length: 20_000 }, () => crypto.randomUUID().replaceAll('-', ''));
    const kept = ids.filter((id) => decide(rules, { traceId: id, operation: 'x' })?.sampled);
    expect(kept.length / ids.length).toBeCloseTo(0.1, 1);
    expect(ids.filter((id) => decide(rules, { traceId: id, operation: 'y' })?.sampled)).toEqual(kept);
  });

  it('puts what it decided by on the span', () => {
    expect(decide(RULES, { traceId: LOW, operation: 'x', tenant: 'borealis' })?.result.attributes).toEqual({
      'epro.sampling.rule': 'standard',
      'epro.sampling.ratio': 0.25,
    });
  });
});

it.each([
  ['sign-in', { method: 'POST', route: '/api/v1/auth/token' }, 'sign-in'],
  ['an adverse event', { method: 'POST', route: '/api/v1/adverse-events', tenant: 'borealis' }, 'adverse-events'],
  ['a gold tenant', { method: 'POST', route: '/api/v1/submissions', tenant: 'aurora' }, 'gold'],
  ['a standard tenant', { method: 'POST', route: '/api/v1/submissions', tenant: 'borealis' }, 'standard'],
  ['a health check', { method: 'GET', route: '/healthz' }, 'health-and-metrics'],
])('the example in deploy/sampling has a rule for %s', (_what, start, rule) => {
  const example = readFileSync(new URL('../../../../deploy/sampling/rules.json', import.meta.url), 'utf8');
  expect(decide(parseSamplingRules(example), { traceId: LOW, operation: '', ...start })?.rule).toBe(rule);
});

describe('parseSamplingRules', () => {
  const problems = (text: string): readonly string[] => {
    try {
      parseSamplingRules(text);
      return [];
    } catch (error) {
      return (error as SamplingRulesError).problems;
    }
  };

  it('tells everything that is wrong at once', () => {
    const rules = [
      { name: 'Health', routes: ['/healthz'], sample: 'never' },
      { name: 'gold', tier: 'gold', sample: 1.5 },
      { sample: 'sometimes', method: [] },
    ];
    expect(problems(JSON.stringify({ rules, otherwise: 2, default: 1 }))).toEqual([
      'rules[0].name: must be lower-case letters, digits and -',
      'rules[0]: has the unknown key routes',
      'rules[1].sample: must be "always", "never" or a number from 0 to 1',
      'rules[2].name: must be there',
      'rules[2].method: must be a text or a list of texts',
      'rules[2].sample: must be "always", "never" or a number from 0 to 1',
      'otherwise: must be a number from 0 to 1',
      'has the unknown key default',
    ]);
  });

  it.each([
    [
      'a tier that is not there',
      { rules: [{ name: 'a', tier: 'gold', sample: 1 }] },
      'rules: a names the tier gold, which tiers does not have',
    ],
    ['a tenant in two tiers', { tiers: { a: ['x'], b: ['x'] }, rules: [] }, 'tiers: x is in a and in b'],
    [
      'a name twice',
      {
        rules: [
          { name: 'a', route: '/', sample: 1 },
          { name: 'a', route: '/b', sample: 1 },
        ],
      },
      'rules: a is there twice',
    ],
    [
      'a rule that is never reached',
      {
        rules: [
          { name: 'all', sample: 1 },
          { name: 'b', route: '/', sample: 1 },
        ],
      },
      'rules: b is never reached, because all before it fits everything',
    ],
    ['no list of rules', {}, 'rules: must be a list of rules'],
  ])('refuses %s', (_what, rules, problem) => {
    expect(problems(JSON.stringify(rules))).toEqual([problem]);
  });

  it('refuses what is no JSON', () => {
    expect(problems('rules: []')).toEqual([expect.stringMatching(/^is no JSON/)]);
  });
});
