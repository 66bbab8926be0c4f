import { SpanStatusCode } from '@opentelemetry/api';
import { beforeEach, describe, expect, it } from 'vitest';
import { startTestTelemetry } from '../testing/index.js';
import { recordError } from './record-error.js';
import { withSpan } from './with-span.js';

const SECRET = 'I feel Jane';
const telemetry = startTestTelemetry();
beforeEach(() => telemetry.reset());

/** The span of a step that recorded this. */
function recorded(error: unknown) {
  withSpan('step', () => recordError(error));
  const span = telemetry.span('step');
  const event = span.events[0]?.attributes ?? {};
  return {
    span,
    event,
    stack: (event['exception.stacktrace'] ?? '') as string,
    everything: JSON.stringify([span.attributes, span.status, span.events]),
  };
}

describe('recordError', () => {
  it('shows of a fault its type, frames and severity, and no word of its text', () => {
    const { span, event, stack, everything } = recorded(new RangeError(SECRET));
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span.attributes).toMatchObject({ 'error.type': 'RangeError', 'epro.failure.severity': 'fault' });
    expect(event['exception.type']).toBe('RangeError');
    expect(stack).toMatch(/^RangeError\n {4}at .*record-error\.test\.ts:\d+:\d+/);
    expect(everything).not.toContain('Jane');
  });

  it('shows what an error says of itself to a program', () => {
    const metadata = { service: 'postgresql', rule: 'EPRO-REQ-001', answer: SECRET };
    const { span, everything } = recorded(Object.assign(new Error(SECRET), { reason: 'DATABASE_BUSY', metadata }));
    expect(span.attributes).toEqual({
      'error.type': 'DATABASE_BUSY',
      'epro.failure.reason': 'DATABASE_BUSY',
      'epro.failure.service': 'postgresql',
      'epro.failure.rule': 'EPRO-REQ-001',
      'epro.failure.severity': 'fault',
    });
    expect(everything).not.toContain('Jane');
  });

  it.each([
    ['a SQLSTATE', { code: '22P02' }, '22P02'],
    ['a system error', { code: 'ECONNREFUSED' }, 'ECONNREFUSED'],
    ['a gRPC status, by its name', { code: 5, details: SECRET, metadata: {} }, 'NOT_FOUND'],
  ])('knows the code of %s', (_what, fields, code) => {
    const { span, event } = recorded(Object.assign(new Error(SECRET), fields));
    expect(span.attributes).toMatchObject({ 'error.type': code, 'epro.failure.code': code });
    expect(event['exception.type']).toBe('Error');
  });

  it.each([
    ['name', Object.assign(new Error('x'), { name: SECRET }), 'Error'],
    ['code', Object.assign(new Error('x'), { code: SECRET }), 'Error'],
    ['reason', Object.assign(new Error('x'), { reason: SECRET }), 'Error'],
  ])('takes no text for a %s', (_field, error, type) => {
    const { span, everything } = recorded(error);
    expect(span.attributes['error.type']).toBe(type);
    expect(everything).not.toContain('Jane');
  });

  it('leaves of an expected failure its reason and nothing red', () => {
    const { span } = recorded({ expected: true, reason: 'KEY_REUSED' });
    expect(span).toMatchObject({ status: { code: SpanStatusCode.UNSET }, events: [] });
    expect(span.attributes).toEqual({ 'epro.failure.reason': 'KEY_REUSED', 'epro.failure.severity': 'expected' });
  });

  it('shows the frames of causes and of the parts of an AggregateError, without their texts', () => {
    const root = new TypeError(SECRET);
    const parts = new AggregateError([new RangeError(SECRET), SECRET], SECRET, { cause: root });
    const { stack, everything } = recorded(new Error(SECRET, { cause: parts }));
    const heads = stack.split('\n').filter((line) => !line.startsWith('    at '));
    expect(heads).toEqual([
      'Error',
      'Caused by: AggregateError',
      'One of: RangeError',
      'One of: string',
      'Caused by: TypeError',
    ]);
    expect(everything).not.toContain('Jane');
  });

  it('comes to an end where an error is its own cause', () => {
    const error = new Error(SECRET);
    error.cause = error;
    expect(recorded(error).stack.split('Caused by').length).toBeLessThan(6);
  });

  it.each([
    ['a line of the message', () => new Error(`Unexpected:\n    at ${SECRET}`)],
    ['a line of the message that is a perfect frame', () => new Error('Unexpected:\n    at Jane (file:///Jane:1:1)')],
    ['a message with a replacement pattern', () => new Error('$& $1 Jane\n    at Jane (file:///Jane:1:1)')],
    ['a message that was changed afterwards', () => Object.assign(new Error(`x\n    at ${SECRET}`), { message: 'y' })],
    ['a stack that somebody made up', () => Object.assign(new Error('x'), { stack: `Error: ${SECRET}\n at Jane Doe` })],
    ['a stack that is none', () => Object.assign(new Error('x'), { stack: { toString: () => SECRET } })],
  ])('takes for a frame none of: %s', (_what, make) => {
    expect(recorded(make()).everything).not.toContain('Jane');
  });

  it.each([
    ['a string', SECRET, 'string'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'object'],
    ['a symbol', Symbol(SECRET), 'symbol'],
    ['a frozen error', Object.freeze(new TypeError(SECRET)), 'TypeError'],
    ['an error whose getters throw', hostile(), 'Error'],
    ['a revoked proxy', revoked(), 'object'],
  ])('takes whatever is thrown: %s', (_what, thrown, type) => {
    const { span, everything } = recorded(thrown);
    expect(span.attributes['error.type']).toBe(type);
    expect(everything).not.toContain('Jane');
  });
});

function hostile(): Error {
  const raise = () => {
    throw new Error(SECRET);
  };
  const names = ['name', 'message', 'stack', 'code', 'cause', 'errors', 'reason', 'expected', 'metadata'];
  return Object.defineProperties(new Error('x'), Object.fromEntries(names.map((name) => [name, { get: raise }])));
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable(new Error(SECRET), {});
  revoke();
  return proxy;
}
