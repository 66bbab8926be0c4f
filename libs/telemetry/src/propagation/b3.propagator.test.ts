import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { createTracePropagator } from './create-propagator.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const [TRACE_ID, SPAN_ID] = [traceId.toUpperCase(), spanId.toUpperCase()];

describe.each([
  { form: 'one header', headers: { b3: `${TRACE_ID}-${SPAN_ID}-1` } },
  { form: 'several headers', headers: { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID, 'x-b3-sampled': '1' } },
])('B3 with ids in upper case in $form', ({ headers }) => {
  it('is the trace of the same ids in lower case, in whatever format it goes on', () => {
    const propagator = createTracePropagator(['b3', 'tracecontext']);
    const received = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    expect(trace.getSpanContext(received)).toMatchObject({ traceId, spanId, isRemote: true });
    const sent: Record<string, string> = {};
    propagator.inject(received, sent, defaultTextMapSetter);
    expect(sent).toEqual({ b3: `${traceId}-${spanId}-1`, traceparent: `00-${traceId}-${spanId}-01` });
  });
});
