/** SQLSTATE, or the name that Node gives a broken connection. */
const ERROR_CODE = /^(?:[0-9A-Z]{5}|[A-Z_]{3,32})$/;
/** Those of PostgreSQL and of the standard have a digit; `EPIPE` has none. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/** What `error.type` is of a statement that failed: SQLSTATE, Node's code of a broken connection, or `_OTHER`. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | undefined | null)?.code;
  return typeof code === 'string' && ERROR_CODE.test(code) ? code : '_OTHER';
}

/** Whether it is PostgreSQL that answered with this code. */
export function isSqlState(code: string): boolean {
  return SQLSTATE.test(code);
}
