import { randomBytes } from 'node:crypto';
import { exampleTrace, type TraceContract, type TraceSpan } from '@epro/trace-contract';

/** A complete trace with ids of its own, that began so long ago. */
export function completeTrace(contract: TraceContract, agoMs = 60_000): TraceSpan[] {
  const traceId = randomBytes(16).toString('hex');
  const startTime = BigInt(Date.now() - agoMs) * 1_000_000n;
  return exampleTrace(contract, { traceId, startTime }).map((span) => ({
    ...span,
    spanId: traceId.slice(0, 8) + span.spanId.slice(8),
    ...(span.parentSpanId && { parentSpanId: traceId.slice(0, 8) + span.parentSpanId.slice(8) }),
    attributes: { ...span.attributes, 'request.id': traceId },
  }));
}
