import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator } from '@opentelemetry/core';
import { LowerCaseB3Propagator } from './b3.propagator.js';
import { BusinessBaggagePropagator } from './business-baggage.propagator.js';
import type { PropagatorName } from './propagation.settings.js';
import { TraceContextPropagator } from './trace-context.propagator.js';

/**
 * What crosses a boundary inside the system: the trace in every format named, and the allow-listed baggage. All of them
 * are sent. Of what is received the last in the list that names a trace wins, as in OpenTelemetry's own composite.
 */
export function createPropagator(names: readonly PropagatorName[]): TextMapPropagator {
  // Last, because it is told the trace; and always, because a request has its scope also where nothing is carried.
  const baggage = new BusinessBaggagePropagator({ carried: names.includes('baggage') });
  return new CompositePropagator({ propagators: [...traceFormats(names), baggage] });
}

/** The trace alone, in the formats named: all that is taken from outside. */
export function createTracePropagator(names: readonly PropagatorName[]): TextMapPropagator {
  return new CompositePropagator({ propagators: traceFormats(names) });
}

function traceFormats(names: readonly PropagatorName[]): TextMapPropagator[] {
  return names.flatMap((name) => {
    switch (name) {
      case 'tracecontext':
        return new TraceContextPropagator();
      // Both read either of B3's forms.
      case 'b3':
        return new LowerCaseB3Propagator('single');
      case 'b3multi':
        return new LowerCaseB3Propagator('multi');
      case 'baggage':
        return [];
    }
  });
}
