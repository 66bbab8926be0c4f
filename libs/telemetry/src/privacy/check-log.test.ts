import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { describe, expect, it } from 'vitest';
import { checkLogFields, privateLogRecord } from './check-log.js';

const SECRET = 'I feel Jane@doe.example';
const CLEAN = {
  component: 'SubmissionsController',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  span_id: '00f067aa0ba902b7',
  request_id: 'visit-7',
  tenant: 'aurora',
  'patient.id': 'AUR-0001',
  'user.role': ['monitor', 'auditor'],
  service: 'epro-gateway',
  version: '0.1.0',
  err: { type: 'TypeError', reason: 'INTERNAL', stack: 'TypeError\n    at save (file:///app/save.js:1:2)' },
};

describe('a log line', () => {
  it('of allowed fields stays as it is, the same object', () => {
    expect(checkLogFields(CLEAN)).toBe(CLEAN);
    const without = { ...CLEAN, tenant: undefined };
    expect(checkLogFields(without)).toBe(without);
  });

  it.each([
    ['a field of which nobody has heard', { answer: SECRET }, {}],
    ['a list with a text in it', { 'user.role': ['monitor', SECRET] }, {}],
    ['an object', { tenant: { name: SECRET } }, {}],
    ['a text for an id', { request_id: SECRET }, {}],
    ['a component that is a text', { component: SECRET }, {}],
    ['a text in its message', { msg: `got "${SECRET}"` }, { msg: 'got *' }],
    ['an error that is none', { err: SECRET }, {}],
    [
      "an error's own fields",
      { err: { type: 'Error', detail: SECRET, where: SECRET, code: '22P02' } },
      { err: { type: 'Error', code: '22P02' } },
    ],
    ["an error's type", { err: { type: SECRET } }, { err: { type: '_OTHER' } }],
    [
      "an error's stack",
      { err: { type: 'Error', stack: `Error: ${SECRET}\n    at Jane` } },
      { err: { type: 'Error', stack: 'Error' } },
    ],
    [
      "an error's message",
      { err: { type: 'Error', message: `bad "${SECRET}"` } },
      { err: { type: 'Error', message: 'bad *' } },
    ],
  ])('never shows %s', (_what, fields, left) => {
    const line = { level: 'info', ...fields };
    expect(checkLogFields(line)).toEqual({ level: 'info', ...left });
    expect(line).toEqual({ level: 'info', ...fields });
  });
});

describe('a log record', () => {
  const record: ReadableLogRecord = {
    hrTime: [1, 2],
    hrTimeObserved: [1, 2],
    severityText: 'info',
    body: 'The submission is accepted',
    resource: resourceFromAttributes({ 'service.name': 'test' }),
    instrumentationScope: { name: 'test' },
    attributes: { 'request.id': 'visit-7', 'exception.type': 'TypeError' },
    droppedAttributesCount: 0,
  };

  it('of allowed attributes leaves as it is', () => {
    expect(privateLogRecord(record)).toBe(record);
  });

  it.each<[string, Partial<ReadableLogRecord>, Partial<ReadableLogRecord>]>([
    ['attributes', { attributes: { note: SECRET } }, { attributes: {}, droppedAttributesCount: 1 }],
    ['text', { body: `got ${SECRET}` }, { body: 'got I feel *' }],
    ['body that is an object', { body: { note: SECRET } }, { body: undefined }],
    ['event name', { eventName: 'jane@doe.example' }, { eventName: '*' }],
  ])('never shows a private %s', (_what, given, left) => {
    const checked = privateLogRecord({ ...record, ...given });
    expect(checked).toEqual({ ...record, ...left });
    expect(JSON.stringify(checked)).not.toContain('Jane@');
  });
});
