import { expect, it } from 'vitest';
import {
  checkRules,
  describeViolation,
  exampleTrace,
  PLATFORM_RULES,
  SUBMISSION_CONTRACTS,
  type TraceSpan,
} from '../src/index.js';

const trace = exampleTrace(SUBMISSION_CONTRACTS.accepted);
const root = trace[0]!;
const last = trace.at(-1)!;
const check = (spans: readonly TraceSpan[]) => checkRules(spans, PLATFORM_RULES).map(({ type }) => type);
const change = (changes: Partial<TraceSpan>, of = last) =>
  trace.map((span) => (span === of ? { ...of, ...changes } : span));

it('has nothing against a whole trace, also not against one that continues a caller', () => {
  expect(check(trace)).toEqual([]);
  expect(check(change({ parentSpanId: 'd'.repeat(16) }, root))).toEqual([]);
});

it.each([
  ['an orphan', change({ parentSpanId: 'd'.repeat(16) }), ['orphaned']],
  ['a second beginning', change({ parentSpanId: undefined }), ['mis-parented']],
  ['a trace that begins behind the gateway', [{ ...last, parentSpanId: undefined }], ['mis-parented']],
  ['a piece whose request is missing', trace.slice(1, 4), ['orphaned']],
  ['a piece that begins behind the gateway', trace.slice(2, 4), ['orphaned']],
  [
    'a trace that begins with a call of the gateway',
    [{ ...trace[1]!, parentSpanId: undefined }, ...trace.slice(2, 4)],
    ['mis-parented'],
  ],
  ['a span that was delivered twice', [...trace, last], ['duplicated']],
  [
    'a span without the id of its request',
    change({ attributes: { ...last.attributes, 'request.id': undefined! } }),
    ['missing-attribute'],
  ],
  ['a UUID in a name', change({ name: 'GET /0198f0c4-7a3e-7c11-9d52-3f1f6a2b9c10' }), ['id-in-name']],
  ['a number in a name', change({ name: 'GET /patients/7' }), ['id-in-name']],
  ['a subject code in a name', change({ name: 'score AUR-0001' }), ['id-in-name']],
  [
    'an e-mail address',
    change({ attributes: { ...last.attributes, 'user.email': 'a@b.example' } }),
    ['forbidden-attribute'],
  ],
  ['two tenants', change({ attributes: { ...last.attributes, 'tenant.id': 'borealis' } }), ['inconsistent-attribute']],
])('finds %s', (_what, spans, types) => {
  expect(check(spans)).toEqual(types);
});

it.each([
  ['a token', 'Authorization: Bearer abc.def'],
  ['a token', 'got eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl'],
  ['an e-mail address', 'to jane.doe+1@clinic.example.org now'],
])('finds %s in a value, and does not repeat it', (what, text) => {
  const violations = checkRules(change({ attributes: { ...last.attributes, note: text } }), PLATFORM_RULES);
  expect(violations).toMatchObject([{ type: 'forbidden-text', attribute: 'note', what }]);
  expect(JSON.stringify(violations) + describeViolation(violations[0]!)).not.toContain(text);
});

it.each(['at node_modules/@nestjs/core/router.js', 'express@4.18.2', 'AUR-0001', 'https://epro.example/fhir|1.0.0'])(
  'has nothing against %s as a value',
  (text) => expect(check(change({ attributes: { ...last.attributes, note: text } }))).toEqual([]),
);

it.each([
  'POST /api/v1/submissions',
  'epro.auth.v1.AuthService/VerifyToken',
  'GET /api/v1/questionnaires/:id',
  'INSERT storage.submission',
])('takes %s for a name without an id', (name) => {
  expect(check(change({ name }))).toEqual([]);
});
