import { describe, expect, it } from 'vitest';
import { decodeResource, decodeScope } from './decode-attributes.js';
import { decodeSpan } from './decode-span.js';
import { jsonToProtobuf } from './json-to-protobuf.js';
import { parseJson } from './parse-json.js';
import { splitRequest } from './split-request.js';

const SPAN = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: '00f067aa0ba902b7',
  traceState: 'vendor=1',
  parentSpanId: 'b7ad6b7169203331',
  flags: 0x101,
  name: 'step',
  kind: 2,
  startTimeUnixNano: '1795248000000000001',
  endTimeUnixNano: '1795248000000000999',
  attributes: [
    { key: 'text', value: { stringValue: 'Größe' } },
    { key: 'empty text', value: { stringValue: '' } },
    { key: 'least', value: { intValue: '-9223372036854775808' } },
    { key: 'double', value: { doubleValue: 1.5 } },
    { key: 'infinite', value: { doubleValue: '-Infinity' } },
    { key: 'flag', value: { boolValue: false } },
    { key: 'bytes', value: { bytesValue: 'AQID' } },
    { key: 'list', value: { arrayValue: { values: [{ intValue: '1' }, { arrayValue: {} }] } } },
    { key: 'map', value: { kvlistValue: { values: [{ key: 'a', value: { stringValue: 'b' } }] } } },
    { key: 'nothing', value: {} },
  ],
  droppedAttributesCount: 3,
  events: [
    {
      timeUnixNano: '7',
      name: 'read',
      attributes: [{ key: 'n', value: { intValue: '1' } }],
      droppedAttributesCount: 1,
    },
  ],
  droppedEventsCount: 4,
  links: [{ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceState: 'a=b', flags: 1, droppedAttributesCount: 2 }],
  droppedLinksCount: 5,
  status: { message: 'refused', code: 2 },
};
const inRequest = (span: unknown) => ({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
const roundTrip = (span: unknown) => decodeSpan(splitRequest(jsonToProtobuf(inRequest(span)))[0]!.spans[0]!);

describe('jsonToProtobuf', () => {
  it('keeps every field', () => {
    expect(roundTrip(SPAN)).toEqual(SPAN);
  });

  it('keeps the resource, the scope and their schema URLs', () => {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'a' } }], droppedAttributesCount: 1 };
    const scope = {
      name: 'lib',
      version: '1',
      attributes: [{ key: 'k', value: { boolValue: true } }],
      droppedAttributesCount: 2,
    };
    const body = {
      resourceSpans: [{ resource, schemaUrl: 'r', scopeSpans: [{ scope, schemaUrl: 's', spans: [SPAN] }] }],
    };
    const [group] = splitRequest(jsonToProtobuf(body));
    expect(decodeResource(group!.resource)).toEqual(resource);
    expect(decodeScope(group!.scope)).toEqual(scope);
    expect(group).toMatchObject({ resourceSchemaUrl: 'r', scopeSchemaUrl: 's' });
  });

  it('takes 64-bit numbers that are not in quotes with all their digits', () => {
    const text = JSON.stringify(inRequest(SPAN)).replace('"1795248000000000001"', '1795248000000000001');
    const body = parseJson(text.replace('"-9223372036854775808"', '-9223372036854775808'));
    expect(decodeSpan(splitRequest(jsonToProtobuf(body))[0]!.spans[0]!)).toEqual(SPAN);
  });

  it('takes enums by name, ids in capitals, null for absent, and fields it does not know', () => {
    const span = {
      ...SPAN,
      kind: 'SPAN_KIND_SERVER',
      traceId: SPAN.traceId.toUpperCase(),
      status: { code: 'STATUS_CODE_ERROR', message: 'refused' },
      parentSpanId: null,
      later: { field: 1 },
    };
    const { parentSpanId: _parent, ...expected } = SPAN;
    expect(roundTrip(span)).toEqual(expected);
  });

  it.each([
    [[], 'the body must be an object'],
    [{ resourceSpans: {} }, 'resourceSpans must be an array'],
    [{ resourceSpans: [7] }, 'resourceSpans[0] must be an object'],
    [inRequest({ ...SPAN, traceId: '12' }), 'resourceSpans[0].scopeSpans[0].spans[0].traceId must be 32 hex digits'],
    [inRequest({ ...SPAN, name: 7 }), 'resourceSpans[0].scopeSpans[0].spans[0].name must be a string'],
    [inRequest({ ...SPAN, kind: 'SERVER' }), 'spans[0].kind must be a number of the enum'],
    [
      inRequest({ ...SPAN, startTimeUnixNano: 'soon' }),
      'spans[0].startTimeUnixNano must be a 64-bit integer not below 0',
    ],
    [
      inRequest({ ...SPAN, startTimeUnixNano: '-1' }),
      'spans[0].startTimeUnixNano must be a 64-bit integer not below 0',
    ],
    [
      inRequest({ ...SPAN, attributes: [{ key: 'a', value: { intValue: '9223372036854775808' } }] }),
      'spans[0].attributes[0].value.intValue must be a 64-bit integer',
    ],
    [inRequest({ ...SPAN, links: [{ traceId: 'x'.repeat(32) }] }), 'spans[0].links[0].traceId must be 32 hex digits'],
  ])('says where a body is wrong: %j', (body, message) => {
    expect(() => jsonToProtobuf(body)).toThrow(message);
  });

  it('says nothing of what stands there', () => {
    expect(() => parseJson('{"patient":"AUR-0001"')).toThrow(/^the body is not JSON$/);
    expect(() => jsonToProtobuf(inRequest({ ...SPAN, spanId: 'AUR-0001' }))).not.toThrow(/AUR/);
  });
});
