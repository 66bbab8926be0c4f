export { createJaegerClient, type JaegerClient, type JaegerClientOptions } from './jaeger-client.js';
export { JaegerError, TraceWaitError } from './jaeger.error.js';
export { readOtlpTraces } from './parse-spans.js';
export type { TraceQuery } from './trace-query.js';
export type { WaitForTraceOptions } from './wait-for-trace.js';
