import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { capturedExport } from '../../test/support/captured-export.js';
import { decodeParentage, decodeSpan } from './decode-span.js';
import { decodeResource, decodeScope } from './decode-attributes.js';
import { OtlpFormatError } from './otlp-format.error.js';
import { asFormatError, splitRequest } from './split-request.js';

const LINKED = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: '00f067aa0ba902b7', traceFlags: 1 };

describe('decoding what the OpenTelemetry SDK sends', () => {
  it('gives every field of a span', async () => {
    const body = await capturedExport((tracer) => {
      const span = tracer.startSpan('POST /submissions', {
        kind: SpanKind.SERVER,
        startTime: [1_795_248_000, 1],
        attributes: {
          'http.route': '/submissions',
          'http.response.status_code': 201,
          'epro.share': 0.25,
          'epro.negative': -7,
          'epro.flag': false,
          'epro.words': ['Größe', ''],
          'epro.numbers': [1, 2],
        },
        links: [{ context: LINKED, attributes: { why: 'retry' } }],
      });
      span.addEvent('read', { bytes: 12 }, [1_795_248_000, 5]);
      span.setStatus({ code: SpanStatusCode.ERROR, message: 'refused' });
      span.end([1_795_248_001, 2]);
    });
    const [group] = splitRequest(body);
    const span = decodeSpan(group!.spans[0]!);
    expect(span).toEqual({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      flags: 0x101,
      name: 'POST /submissions',
      kind: 2,
      startTimeUnixNano: '1795248000000000001',
      endTimeUnixNano: '1795248001000000002',
      attributes: [
        { key: 'http.route', value: { stringValue: '/submissions' } },
        { key: 'http.response.status_code', value: { intValue: '201' } },
        { key: 'epro.share', value: { doubleValue: 0.25 } },
        { key: 'epro.negative', value: { intValue: '-7' } },
        { key: 'epro.flag', value: { boolValue: false } },
        { key: 'epro.words', value: { arrayValue: { values: [{ stringValue: 'Größe' }, { stringValue: '' }] } } },
        { key: 'epro.numbers', value: { arrayValue: { values: [{ intValue: '1' }, { intValue: '2' }] } } },
      ],
      events: [
        {
          timeUnixNano: '1795248000000000005',
          name: 'read',
          attributes: [{ key: 'bytes', value: { intValue: '12' } }],
        },
      ],
      links: [
        {
          traceId: LINKED.traceId,
          spanId: LINKED.spanId,
          attributes: [{ key: 'why', value: { stringValue: 'retry' } }],
          flags: 0x101,
        },
      ],
      status: { message: 'refused', code: 2 },
    });
  });

  it('gives the parent, the resource and the scope', async () => {
    const body = await capturedExport(
      (tracer) => {
        const parent = tracer.startSpan('parent');
        tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent)).end();
        parent.end();
      },
      { 'service.name': 'epro-auth', 'process.pid': 4242 },
    );
    const [group] = splitRequest(body);
    const [child, parent] = group!.spans.map(decodeSpan);
    expect(child!.parentSpanId).toBe(parent!.spanId);
    expect(parent!.parentSpanId).toBeUndefined();
    expect(decodeParentage(group!.spans[0]!)).toEqual({ spanId: child!.spanId, parentSpanId: parent!.spanId });
    expect(decodeScope(group!.scope)).toMatchObject({ name: 'checkout', version: '1.2.3' });
    expect(decodeResource(group!.resource).attributes).toEqual(
      expect.arrayContaining([
        { key: 'service.name', value: { stringValue: 'epro-auth' } },
        { key: 'process.pid', value: { intValue: '4242' } },
      ]),
    );
  });
});

describe('decoding bytes that are no span', () => {
  it('refuses a request that is cut off, wherever', async () => {
    const body = await capturedExport((tracer) => tracer.startSpan('step', { attributes: { a: 'b' } }).end());
    for (let length = 1; length < body.length; length++) {
      const read = () =>
        asFormatError(() => splitRequest(body.subarray(0, length)).map(({ spans }) => spans.map(decodeSpan)));
      expect(read, `the first ${length} bytes`).toThrow(OtlpFormatError);
    }
  });

  it.each([
    ['text', Buffer.from('hello')],
    ['a field with the number 0', Buffer.from([0x00, 0x00])],
    ['an id of 3 bytes', Buffer.from([0x0a, 0x03, 1, 2, 3])],
    ['a nested message that is longer than its span', Buffer.from([0x7a, 0x7f, 0x18, 0x02])],
    // The attribute's length ends within its key.
    ['a field that is longer than its message', Buffer.from([0x4a, 0x02, 0x0a, 0x05, 1, 2, 3, 4, 5])],
  ])('refuses %s', (_case, bytes) => {
    expect(() => asFormatError(() => decodeSpan(bytes))).toThrow(OtlpFormatError);
  });

  it('refuses values nested without end', () => {
    let value: Buffer = Buffer.from([0x10, 0x01]);
    // An AnyValue that is an array of one AnyValue, and so on.
    for (let depth = 0; depth < 40; depth++) value = wrap(0x2a, wrap(0x0a, value));
    expect(() => decodeSpan(wrap(0x4a, wrap(0x12, value)))).toThrow('nested deeper than 32 levels');
  });

  it('skips fields that it does not know', () => {
    const unknown = Buffer.from([0xfa, 0x01, 0x02, 0x08, 0x01, 0xf8, 0x01, 0x05]);
    expect(decodeSpan(Buffer.concat([unknown, wrap(0x2a, Buffer.from('step'))])).name).toBe('step');
  });
});

function wrap(tag: number, content: Buffer): Buffer {
  const length = content.length < 128 ? [content.length] : [(content.length & 0x7f) | 0x80, content.length >> 7];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
