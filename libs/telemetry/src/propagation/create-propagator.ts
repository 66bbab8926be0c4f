import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { BusinessBaggagePropagator } from './business-baggage.propagator.js';

/** What crosses a boundary inside the system: W3C trace context and the allow-listed baggage. */
export function createPropagator(): TextMapPropagator {
  return new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new BusinessBaggagePropagator()] });
}
