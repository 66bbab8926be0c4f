import { expect, it } from 'vitest';
import {
  checkTrace,
  classifyTrace,
  describeViolation,
  exampleTrace,
  PLATFORM_RULES,
  SUBMISSION_CONTRACTS,
  type ExpectedSpan,
  type TraceContract,
  type TraceSpan,
} from '../src/index.js';

const { accepted } = SUBMISSION_CONTRACTS;
const trace = exampleTrace(accepted);

function find(kind: TraceSpan['kind'], name: string, spans = trace): TraceSpan {
  const span = spans.find((each) => each.kind === kind && each.name.endsWith(name));
  if (!span) throw new Error(`There is no ${kind} span ${name}.`);
  return span;
}

function below(span: TraceSpan, spans = trace): TraceSpan[] {
  const children = spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);
  return [span, ...children.flatMap((child) => below(child, spans))];
}

const told = (spans: readonly TraceSpan[], contract: TraceContract = accepted) =>
  checkTrace(spans, contract).map(describeViolation);

it('says that a whole service is missing in one sentence', () => {
  const lost = below(find('SERVER', 'SaveSubmission'));
  expect(told(trace.filter((span) => !lost.includes(span)))).toEqual([
    "epro-storage: the SERVER span epro.storage.v1.StorageService/SaveSubmission (with 6 spans below it) is missing below the caller's CLIENT span: the context was lost on this hop, or the span was never exported.",
  ]);
});

it('says where a trace that was lost on a hop belongs', () => {
  const server = find('SERVER', 'SaveSubmission');
  const piece = below(server).map((span) => ({
    ...span,
    traceId: 'f'.repeat(32),
    ...(span === server && { parentSpanId: undefined }),
  }));
  expect(classifyTrace(piece)?.id).toMatch(/^submission-/);
  expect(told(piece, classifyTrace(piece))).toEqual([
    "epro-storage: the SERVER span epro.storage.v1.StorageService/SaveSubmission has no parent and starts a tree of its own; it should hang below epro-gateway's CLIENT span epro.storage.v1.StorageService/SaveSubmission: the context was lost on this hop.",
  ]);
});

it('names what is left without a parent when a span was never exported', () => {
  const violations = checkTrace(trace.slice(1), accepted);
  expect(violations).toMatchObject([{ type: 'missing', expected: { name: 'POST /api/v1/submissions' } }]);
  expect(describeViolation(violations[0]!)).toContain(
    "has left orphans: epro-gateway's CLIENT span epro.auth.v1.AuthService/VerifyToken, epro-gateway's CLIENT span",
  );
});

it('tells several faults apart', () => {
  const client = find('CLIENT', 'ValidateSubmission');
  const step = find('INTERNAL', 'saveToDatabase');
  const commit = find('CLIENT', 'COMMIT');
  const { 'patient.id': _, ...withoutPatient } = step.attributes;
  const spans = trace
    .filter((span) => span !== client)
    .map((span) => (span === step ? { ...step, attributes: withoutPatient } : span))
    .map((span) => (span === commit ? { ...commit, parentSpanId: trace[0]!.spanId } : span));
  const types = checkTrace(spans, accepted).map(({ type, ...rest }) => [
    type,
    'span' in rest ? rest.span.name : rest.expected.name,
  ]);
  expect(types).toEqual([
    ['missing', client.name],
    ['missing-attribute', 'saveToDatabase'],
    ['mis-parented', 'COMMIT'],
  ]);
});

it('takes a second BEGIN in place of the COMMIT for what it is', () => {
  const begin = find('CLIENT', 'BEGIN');
  const spans = trace.map((span) => (span.name === 'COMMIT' ? { ...begin, spanId: 'e'.repeat(16) } : span));
  expect(checkTrace(spans, accepted).map(({ type }) => type)).toEqual(['missing', 'duplicated']);
});

it('finds a span that has two faults', () => {
  const server = find('SERVER', 'AnalyzeSubmission');
  const spans = trace.map((span) =>
    span === server ? { ...server, name: 'analyze', kind: 'INTERNAL' as const, status: 'ERROR' as const } : span,
  );
  expect(checkTrace(spans, accepted).map(({ type }) => type)).toEqual(['wrong-name', 'wrong-kind', 'wrong-status']);
});

it('allows clocks that differ a little', () => {
  const server = find('SERVER', 'VerifyToken');
  const client = find('CLIENT', 'VerifyToken');
  const skewed = (milliseconds: bigint) =>
    told(
      trace.map((span) =>
        span === server ? { ...server, startTime: client.startTime - milliseconds * 1_000_000n } : span,
      ),
    );
  expect(skewed(100n)).toEqual([]);
  expect(skewed(101n)).toEqual([
    "epro-auth: the SERVER span epro.auth.v1.AuthService/VerifyToken starts before its parent epro-gateway's CLIENT span epro.auth.v1.AuthService/VerifyToken, by 101.0 ms: the clocks differ, a span is ended at the wrong moment, or nobody waits for it.",
  ]);
});

it('recognises a statement that ran in the context of another request', () => {
  const insert = find('CLIENT', 'INSERT storage.submission');
  const attributes = { ...insert.attributes, 'patient.id': 'AUR-0002' };
  expect(told(trace.map((span) => (span === insert ? { ...insert, attributes } : span)))).toEqual([
    'epro-storage: the CLIENT span INSERT storage.submission has patient.id "AUR-0002" in a trace of "a-patient.id": it is another request\'s, or ran in another request\'s context.',
  ]);
});

it('never repeats the value of a forbidden attribute', () => {
  const insert = find('CLIENT', 'INSERT storage.submission');
  const attributes = { ...insert.attributes, 'db.query.parameter.0': 'I feel hopeless' };
  const violations = checkTrace(
    trace.map((span) => (span === insert ? { ...insert, attributes } : span)),
    accepted,
  );
  expect(violations.map(({ type }) => type)).toEqual(['forbidden-attribute']);
  expect(JSON.stringify(violations) + describeViolation(violations[0]!)).not.toContain('hopeless');
});

it('comes to an end also where spans are their own ancestors', () => {
  const [one, other] = [find('INTERNAL', 'saveToDatabase'), find('CLIENT', 'COMMIT')];
  const spans = trace.map((span) => (span === one ? { ...one, parentSpanId: other.spanId } : span));
  expect(checkTrace(spans, accepted).map(({ type }) => type)).toEqual(['mis-parented']);
  const strangers = [one, other].map((span, at, all) => ({
    ...span,
    service: 'stranger',
    name: 'circle',
    spanId: `${at}`.repeat(16),
    parentSpanId: `${1 - at}`.repeat(all.length * 8),
  }));
  expect(checkTrace([...trace, ...strangers], accepted).map(({ type }) => type)).toEqual(['unexpected', 'unexpected']);
});

it('tells of something unexpected once, with all that is below it', () => {
  const step = find('INTERNAL', 'saveToDatabase');
  const extra = { ...step, name: 'extra', spanId: 'e'.repeat(16), parentSpanId: step.spanId };
  const more = { ...extra, name: 'more', spanId: 'f'.repeat(16), parentSpanId: extra.spanId };
  expect(told([...trace, extra, more])).toEqual([
    "epro-storage: the INTERNAL span extra (with 1 span below it) is not expected below epro-storage's INTERNAL span saveToDatabase.",
  ]);
  expect(told([...trace, { ...more, parentSpanId: 'd'.repeat(16) }])).toEqual([
    'epro-storage: the INTERNAL span more is not expected as an orphan whose parent is not in the trace.',
  ]);
});

it('says of no spans at all that the request is missing', () => {
  expect(checkTrace([], accepted)).toMatchObject([{ type: 'missing', alsoMissing: trace.length - 1, orphans: [] }]);
});

const consumer: ExpectedSpan = {
  service: 'epro-analysis',
  name: 'process submission.received',
  kind: 'CONSUMER',
  status: 'UNSET',
  occurs: 'one-or-more',
  outlivesParent: true,
  links: [{ to: 'other-trace', attributes: { 'messaging.message.id': 'present' } }],
  children: [{ service: 'epro-analysis', name: 'handle', kind: 'INTERNAL', status: ['UNSET', 'OK'] }],
};
const queue: TraceContract = {
  id: 'queue',
  title: 'a message that may be delivered again',
  root: {
    service: 'epro-storage',
    name: ['send submission.received', 'send'],
    kind: 'PRODUCER',
    status: 'UNSET',
    children: [consumer],
  },
  rules: PLATFORM_RULES,
};

it('asks each of several deliveries for the same, and lets them end after the sender', () => {
  const [send, first, handle] = exampleTrace(queue) as [TraceSpan, TraceSpan, TraceSpan];
  const second = { ...first, spanId: 'b'.repeat(16), endTime: send.endTime + 1_000_000_000n };
  const handled = { ...handle, spanId: 'c'.repeat(16), parentSpanId: second.spanId };
  expect(told([send, first, handle], queue)).toEqual([]);
  expect(told([send, first, handle, second, handled], queue)).toEqual([]);
  expect(checkTrace([send, first, handle, second], queue)).toMatchObject([
    { type: 'missing', expected: { name: 'handle' }, expectedParent: { spanId: second.spanId } },
  ]);
  expect(told([send], queue)).toHaveLength(1);
  expect(told([{ ...send, name: 'send' }, first, handle], queue)).toEqual([]);
  expect(told([send, { ...first, links: [] }, handle], queue)).toEqual([
    'epro-analysis: the CONSUMER span process submission.received has no link to a span of another trace.',
  ]);
});

it('lets only a root that may do so continue the trace of somebody who is not in it', () => {
  const [send, ...rest] = exampleTrace(queue) as [TraceSpan, ...TraceSpan[]];
  expect(checkTrace([{ ...send, parentSpanId: 'd'.repeat(16) }, ...rest], queue)).toMatchObject([{ type: 'orphaned' }]);
});
