import type { TraceSpan } from '@epro/trace-contract';
import { isRequest } from './request-span.js';

/**
 * Puts what broke off back to where it belongs: a trace that no request begins, to the request with its `request.id`.
 * So a hop that loses the context is one trace that is broken, and not two.
 *
 * @returns one list of spans for each trace that a request begins, and for each piece that belongs to none
 */
export function joinPieces(traces: readonly TraceSpan[][]): TraceSpan[][] {
  const whole: TraceSpan[][] = [];
  const byRequestId = new Map<unknown, TraceSpan[]>();
  const pieces: TraceSpan[][] = [];
  for (const trace of traces) {
    const entry = trace.find(isRequest);
    if (!entry) {
      pieces.push(trace);
      continue;
    }
    const joined = [...trace];
    whole.push(joined);
    const id = entry.attributes['request.id'];
    if (id !== undefined) byRequestId.set(id, joined);
  }
  for (const piece of pieces) {
    const id = piece.map(({ attributes }) => attributes['request.id']).find((each) => byRequestId.has(each));
    const request = id === undefined ? undefined : byRequestId.get(id);
    if (request) request.push(...piece);
    else whole.push(piece);
  }
  return whole;
}
