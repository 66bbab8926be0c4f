import { OtlpFormatError } from './otlp-format.error.js';

/** A number that a double may not hold. Looked for first, because asking for each number's source is slow. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;

/**
 * Parses JSON. An integer that a double cannot hold becomes a string of its digits: OTLP lets senders write 64-bit
 * numbers, such as times, either way.
 *
 * @throws OtlpFormatError
 */
export function parseJson(text: string): unknown {
  try {
    return LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch (cause) {
    // The parser's own message quotes the body.
    throw new OtlpFormatError('the body is not JSON', { cause });
  }
}

// The third argument is newer than TypeScript's declarations: https://tc39.es/proposal-json-parse-with-source/
function keepDigits(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? (context?.source ?? value)
    : value;
}
