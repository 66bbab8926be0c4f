import { randomFillSync } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

/** Random bytes are drawn for many ids at once: asking for few costs as much as asking for many. */
const pool = Buffer.alloc(8192);
let used = pool.length;

const ZERO = /^0+$/;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, (used += bytes));
  // All zero is the one value that no id may have.
  return hex.startsWith('0000') && ZERO.test(hex) ? randomHex(bytes) : hex;
}

/** Trace and span ids from the system's random numbers, as {@link https://www.w3.org/TR/trace-context-2/} asks of them. */
export const randomIds: IdGenerator = {
  generateTraceId: () => randomHex(16),
  generateSpanId: () => randomHex(8),
};
