import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { expect, vi } from 'vitest';
import type { TestTelemetry } from '../../src/testing/index.js';

/** The two spans of the one call, when both have ended. */
export function callSpans(telemetry: TestTelemetry): Promise<[client: ReadableSpan, server: ReadableSpan]> {
  const of = (kind: SpanKind) => telemetry.spans().find((span) => span.kind === kind);
  return vi.waitFor(
    () => {
      const [client, server] = [of(SpanKind.CLIENT), of(SpanKind.SERVER)];
      expect([client?.kind, server?.kind]).toEqual([SpanKind.CLIENT, SpanKind.SERVER]);
      return [client!, server!];
    },
    { timeout: 5000, interval: 5 },
  );
}

/** Its status, and its type of error where it is one. */
export const outcomeOf = ({ status, attributes }: ReadableSpan) => [
  attributes['rpc.status_code'],
  status.code === SpanStatusCode.ERROR ? attributes['error.type'] : undefined,
];
