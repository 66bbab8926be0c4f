/** A query parameter that cannot be used. The message is Jaeger's, as far as people see it. */
export class BadQueryError extends Error {
  override readonly name = 'BadQueryError';
}
