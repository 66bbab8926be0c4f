/** PostgreSQL could not be started. The message says why and, where a person can do something about it, what. */
export class PostgresStartError extends Error {
  override readonly name = 'PostgresStartError';
}
