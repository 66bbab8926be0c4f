import { listOf, type Values } from '../sdk/env-values.js';

export const PROPAGATORS = ['tracecontext', 'baggage', 'b3', 'b3multi'] as const;
export type PropagatorName = (typeof PROPAGATORS)[number];

export const propagationShape = {
  OTEL_PROPAGATORS: listOf(PROPAGATORS),
};

/** Whether the trace crosses at all, in whatever format. */
export function carriesTrace(names: readonly PropagatorName[]): boolean {
  return names.some((name) => name !== 'baggage');
}

/** What crosses a boundary of this process, in the order in which it is read. Empty: nothing. */
export function propagationSettings(values: Values<typeof propagationShape>): readonly PropagatorName[] {
  return values.OTEL_PROPAGATORS ?? ['tracecontext', 'baggage'];
}
