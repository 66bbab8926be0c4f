import { randomFillSync } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** Random bytes are drawn for many ids at once: asking for few costs as much as asking for many. */
const pool = Buffer.alloc(8192);
let used = pool.length;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let hex = '';
  let any = 0;
  for (const end = used + bytes; used < end; used++) {
    const byte = pool[used]!;
    any |= byte;
    hex += HEX[byte]!;
  }
  // All zero is the one value that no id may have.
  return any === 0 ? randomHex(bytes) : hex;
}

/** Trace and span ids from the system's random numbers, as {@link https://www.w3.org/TR/trace-context-2/} asks of them. */
export const randomIds: IdGenerator = {
  generateTraceId: () => randomHex(16),
  generateSpanId: () => randomHex(8),
};
