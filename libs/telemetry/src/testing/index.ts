export { contractOf, span, type SpanExpectation, type SpanTree } from './expected-span.js';
export { expectNoOpenSpans } from './expect-no-open-spans.js';
export { expectTrace, type TraceExpectation, type TraceExpectationOptions, type TraceSource } from './expect-trace.js';
export { startSpanReceiver, type ReceiverBehaviour, type SpanReceiver } from './span-receiver.js';
export { startTestTelemetry, type TestTelemetry, type TestTelemetryOptions } from './start-test-telemetry.js';
export { toTraceSpan } from './to-trace-span.js';
export { formatTraceTree } from '@epro/trace-contract';
