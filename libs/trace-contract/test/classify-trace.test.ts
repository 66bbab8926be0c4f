import { describe, expect, it } from 'vitest';
import {
  checkTrace,
  classifyTrace,
  CONTRACTS,
  exampleTrace,
  READ_CONTRACTS,
  SUBMISSION_CONTRACTS,
  type TraceSpan,
} from '../src/index.js';

const trace = exampleTrace(SUBMISSION_CONTRACTS.accepted);
const root = trace[0]!;
const withRoot = (changes: Partial<TraceSpan>) => [{ ...root, ...changes }, ...trace.slice(1)];

describe.each(CONTRACTS)('a trace of $id', (contract) => {
  const spans = exampleTrace(contract);

  it('is held to it also when any one span has another name, kind or service', () => {
    for (const changes of [{ name: 'renamed' }, { kind: 'CONSUMER' as const }, { service: 'stranger' }]) {
      for (const span of spans.filter(({ attributes }) => attributes['rpc.method'] === undefined)) {
        const changed = spans.map((each) => (each === span ? { ...span, ...changes } : each));
        expect(classifyTrace(changed)?.id, `${span.name} ${JSON.stringify(changes)}`).toBe(contract.id);
      }
    }
  });
});

it('knows an accepted submission whatever single span of it was lost', () => {
  for (const lost of trace) {
    const found = classifyTrace(trace.filter((span) => span !== lost))?.id;
    expect(found, lost.name).toBe('submission-accepted');
  }
});

it('does not cover other requests, nor answers that no contract describes', () => {
  const me = withRoot({
    name: 'GET /api/v1/reports',
    attributes: { ...root.attributes, 'http.request.method': 'GET', 'http.route': '/api/v1/reports' },
  });
  expect(classifyTrace(me)).toBeUndefined();
  expect(
    classifyTrace(withRoot({ attributes: { ...root.attributes, 'http.response.status_code': 413 } })),
  ).toBeUndefined();
  expect(classifyTrace([])).toBeUndefined();
});

it('does not cover a request whose client went away', () => {
  const { 'http.response.status_code': _, ...rest } = root.attributes;
  expect(classifyTrace(withRoot({ attributes: { ...rest, 'epro.http.aborted': true } }))).toBeUndefined();
});

it.each(['ValidateSubmission', 'SaveSubmission', 'AnalyzeSubmission'])(
  'holds a piece that begins with %s to a contract that has it',
  (method) => {
    const begin = trace.find(({ name, kind }) => name.endsWith(`/${method}`) && kind === 'SERVER')!;
    // Who it is for is lost with the context.
    const piece = trace
      .filter(({ service }) => service === begin.service)
      .map((span) => ({
        ...span,
        parentSpanId: span === begin ? undefined : span.parentSpanId,
        attributes: Object.fromEntries(Object.entries(span.attributes).filter(([key]) => !key.endsWith('.id'))),
      }));
    const spans = exampleTrace(classifyTrace(piece)!);
    expect(spans.map(({ name, kind }) => `${kind} ${name}`)).toContain(`SERVER ${begin.name}`);
  },
);

describe('a read', () => {
  const { patient, staff } = READ_CONTRACTS.find(({ route }) => route === '/api/v1/submissions/:id')!;
  const change = (spans: readonly TraceSpan[], attributes: TraceSpan['attributes']) => [
    { ...spans[0]!, attributes: { ...spans[0]!.attributes, ...attributes } },
    ...spans.slice(1),
  ];
  const { 'patient.id': _, ...ofPatient } = exampleTrace(patient.found)[0]!.attributes;

  it('is held to what patients leave behind also where one of the marks of a patient is lost', () => {
    const spans = exampleTrace(patient.found);
    const lost = [{ ...spans[0]!, attributes: { ...ofPatient, 'user.role': 'participant' } }, ...spans.slice(1)];
    expect(classifyTrace(lost)).toBe(patient.found);
    expect(classifyTrace(exampleTrace(staff.found))).toBe(staff.found);
  });

  it('is covered as not found only where somebody looked for it', () => {
    expect(classifyTrace(exampleTrace(staff.notFound!))).toBe(staff.notFound);
    const malformed = exampleTrace(staff.notFound!).filter(({ name }) => !name.endsWith('/GetSubmission'));
    expect(classifyTrace(malformed)).toBeUndefined();
  });

  it('may have the id that was asked for in its path, and nothing else', () => {
    const at = (path: string) =>
      checkTrace(change(exampleTrace(staff.found), { 'url.path': path }), staff.found).map(({ type }) => type);
    expect(at('/api/v1/submissions/0198f0c4-7a3e-7c11-9d52-3f1f6a2b9c10')).toEqual([]);
    expect(at('/api/v1/submissions/Jane')).toEqual(['wrong-attribute']);
  });
});

it('leaves a piece that may be of any request alone', () => {
  const verify = trace.filter(({ name }) => name.endsWith('VerifyToken'));
  expect(classifyTrace(verify)).toBeUndefined();
});
