import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { SUBMISSION_CONTRACTS } from '@epro/trace-contract';
import { beforeEach, describe, expect, it } from 'vitest';
import { tracer } from '../sdk/telemetry.js';
import { withSpan } from '../span/with-span.js';
import { expectNoOpenSpans, expectTrace, span, startTestTelemetry, type SpanExpectation } from './index.js';

const telemetry = startTestTelemetry();
beforeEach(() => telemetry.reset());

const QUICK = { timeoutMs: 30 };
const complaintOf = (check: Promise<unknown>) =>
  check.then(
    () => expect.fail('nothing was complained of'),
    (error: unknown) => (error as Error).message,
  );
/** Its sentences, without the trace that is shown below them. */
const sentencesOf = async (check: Promise<unknown>) =>
  (await complaintOf(check)).split('\n').flatMap((line) => (line.startsWith('  - ') ? [line.slice(4)] : []));
const book = (name = 'POST /visits', attributes = {}) =>
  tracer().startActiveSpan(name, { kind: SpanKind.SERVER, attributes }, (server) => {
    withSpan('bookVisit', () => {}, { 'tenant.id': 'aurora', 'data.length': 3 });
    server.end();
  });
const booking = span.server('POST /visits', span.internal('bookVisit'));

describe('expectTrace', () => {
  it('takes a trace that is as expected, and gives it back', async () => {
    book();
    const spans = await expectTrace(telemetry).toMatch(
      span.server(
        'POST /visits',
        span.internal('bookVisit', {
          attributes: { 'tenant.id': /^aur/, 'data.length': { type: 'number' } },
          forbidden: ['patient.id'],
        }),
      ),
    );
    expect(spans.map(({ service, kind, name }) => [service, kind, name])).toEqual([
      ['test', 'INTERNAL', 'bookVisit'],
      ['test', 'SERVER', 'POST /visits'],
    ]);
  });

  it('waits for what is still under way', async () => {
    const server = tracer().startSpan('POST /visits', { kind: SpanKind.SERVER });
    setTimeout(() => server.end(), 20);
    await expectTrace(telemetry).toMatch(span.server('POST /visits'));
  });

  it('shows the trace there is below what is wrong with it', async () => {
    book('POST /visit');
    expect(await complaintOf(expectTrace(telemetry, QUICK).toMatch(booking))).toMatch(
      /^This is not the trace that the test expects:\n {2}- test: the SERVER span POST \/visit should be named POST \/visits\.\nWhat was recorded:\ntest {2}POST \/visit {2,}\d.*\ntest {2}└─ bookVisit .*$/,
    );
  });

  it('says that nothing was recorded at all', async () => {
    expect(await complaintOf(expectTrace(telemetry, QUICK).toMatch(booking))).toMatch(
      /test: the SERVER span POST \/visits \(with 1 span below it\) is missing.*\nWhat was recorded:\nno spans$/,
    );
  });

  it.each<[string, () => void, string[]]>([
    [
      'context that was lost',
      () => {
        tracer().startSpan('POST /visits', { kind: SpanKind.SERVER }).end();
        context.with(ROOT_CONTEXT, () => withSpan('bookVisit', () => {}));
      },
      [
        expect.stringMatching(
          /^test: the INTERNAL span bookVisit is in trace \w{32} and should be in \w{32}: the trace breaks in two here\.$/,
        ) as string,
      ],
    ],
    [
      'a parent that never came',
      () => {
        const parent = propagation.extract(ROOT_CONTEXT, { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });
        context.with(parent, book);
      },
      [
        'test: the SERVER span POST /visits names bbbbbbbbbbbbbbbb as its parent, which is not in the trace: an orphan, either its context was mixed up or its parent was never exported.',
      ],
    ],
    [
      'a span too many',
      () =>
        tracer().startActiveSpan('POST /visits', { kind: SpanKind.SERVER }, (server) => {
          for (let i = 0; i < 2; i++) withSpan('bookVisit', () => {});
          server.end();
        }),
      [
        'test: the INTERNAL span bookVisit is there twice: the operation was repeated, or two instrumentations record it.',
      ],
    ],
  ])('tells of %s', async (_, work, sentences) => {
    work();
    expect(await sentencesOf(expectTrace(telemetry, QUICK).toMatch(booking))).toEqual(sentences);
  });

  it.each<[string, SpanExpectation, string]>([
    ['status', { status: 'ERROR' }, 'has status UNSET and should have ERROR.'],
    ['attribute', { attributes: { 'data.length': 4 } }, 'has data.length 3, which must be 4.'],
    ['pattern', { attributes: { 'tenant.id': /^bor/ } }, 'has tenant.id "aurora", which must match /^bor/'],
    ['presence', { attributes: { 'patient.id': 'present' } }, 'has no attribute patient.id, which must be there.'],
    ['absence', { forbidden: ['tenant.*'] }, 'has the forbidden attribute tenant.id'],
    ['service', { service: 'epro-visits' }, 'should be recorded by epro-visits.'],
    ['link', { links: [{ to: 'other-trace' }] }, 'has no link to a span of another trace.'],
  ])('holds a span to its %s', async (_, expectation, complaint) => {
    book();
    const expected = span.server('POST /visits', span.internal('bookVisit', expectation));
    expect(await sentencesOf(expectTrace(telemetry, QUICK).toMatch(expected))).toEqual([
      expect.stringContaining(`test: the INTERNAL span bookVisit ${complaint}`),
    ]);
  });

  it('tells of private values, wherever the spans come from', async () => {
    book();
    const [step, server] = telemetry.traceSpans();
    const attributes = { 'user.email': 'x', note: 'of jane@clinic.example' };
    expect(await sentencesOf(expectTrace([step!, { ...server!, attributes }]).toMatch(booking))).toEqual([
      expect.stringMatching('has the forbidden attribute user.email'),
      expect.stringMatching('holds an e-mail address in note'),
    ]);
  });

  it('shows what leaves the process, and nothing that the allow-list keeps back', async () => {
    book('POST /visits', { 'user.email': 'jane@clinic.example', note: 'of jane@clinic.example' });
    await expectTrace(telemetry).toMatch(span.server('POST /visits', { forbidden: ['*'] }, span.internal('bookVisit')));
  });

  it('looks at one trace of several where it is told which', async () => {
    for (let i = 0; i < 3; i++) book();
    for (const traceId of new Set(telemetry.traceSpans().map((each) => each.traceId)))
      await expectTrace(telemetry, { traceId }).toMatch(booking);
  });

  it('takes a list of spans and a contract of the platform', async () => {
    book();
    const check = expectTrace(telemetry.traceSpans()).toMatch(SUBMISSION_CONTRACTS.accepted);
    expect(await complaintOf(check)).toMatch(/^This is not accepted submission \(201\):/);
  });

  it('keeps times, events, links and the status of a span', () => {
    const fault = new TypeError('…');
    const step = () => {
      throw fault;
    };
    expect(() => withSpan('step', step)).toThrow(fault);
    const [recorded] = telemetry.traceSpans();
    expect(recorded).toMatchObject({
      status: 'ERROR',
      events: [{ name: 'exception', attributes: { 'exception.type': 'TypeError' } }],
      links: [],
    });
    expect(telemetry.span('step').status.code).toBe(SpanStatusCode.ERROR);
    expect(Number(recorded!.startTime / 1_000_000n)).toBeCloseTo(Date.now(), -4);
    expect(recorded!.endTime).toBeGreaterThan(recorded!.startTime);
  });
});

describe('a span that is not ended', () => {
  it('is named, by the check for open spans and by that of the trace', async () => {
    const step = tracer().startSpan('bookVisit');
    const complaint = 'The INTERNAL span bookVisit was started and has not ended: it will never be exported.';
    expect(await sentencesOf(expectNoOpenSpans(telemetry, QUICK))).toEqual([complaint]);
    telemetry.reset();
    tracer().startSpan('POST /visits', { kind: SpanKind.SERVER }).end();
    expect(await sentencesOf(expectTrace(telemetry, QUICK).toMatch(span.server('POST /visits')))).toEqual([complaint]);
    step.end();
    await expectNoOpenSpans(telemetry);
  });
});
