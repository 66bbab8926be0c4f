import type { SpanProcessor } from '@opentelemetry/sdk-trace';

/** A SpanProcessor of the SDK, or the part of one that there is something to do for: the rest is not called. */
export type SpanListener = Partial<SpanProcessor>;
