import { describe, expect, it } from 'vitest';
import { classifyTrace, CONTRACTS, exampleTrace, SUBMISSION_CONTRACTS, type TraceSpan } from '../src/index.js';

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
    name: 'GET /api/v1/me',
    attributes: { ...root.attributes, 'http.request.method': 'GET', 'http.route': '/api/v1/me' },
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

it('leaves a piece that may be of any request alone', () => {
  const verify = trace.filter(({ name }) => name.endsWith('VerifyToken'));
  expect(classifyTrace(verify)).toBeUndefined();
});
