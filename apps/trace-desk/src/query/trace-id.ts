import { BadQueryError } from './bad-query.error.js';

/**
 * Reads a trace id as Jaeger does: up to 32 hex digits, leading zeros left out or not.
 *
 * @returns 32 lower-case hex digits
 * @throws BadQueryError
 */
export function parseTraceId(text: string): string {
  if (text.length > 32) throw new BadQueryError(`TraceID cannot be longer than 32 hex characters: ${text}`);
  if (!/^[0-9a-f]+$/i.test(text))
    throw new BadQueryError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return text.toLowerCase().padStart(32, '0');
}
