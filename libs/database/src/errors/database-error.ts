import { DomainError } from '@epro/contracts';

/** SQLSTATEs that say that the server or the connection to it is gone, full, or read-only: worth a later retry. */
const UNAVAILABLE_STATE = /^(08...|53...|57P0[1235]|25006)$/;
/** Cancelled by a timeout, no lock in time, deadlock, serialization failure. */
const BUSY_STATE = /^(57014|55P03|40P01|40001|25P0[34])$/;
const SYSTEM_ERRORS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** What pg and pg-pool say without a code. */
const CONNECTION_TEXT =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client (has encountered a connection error|was closed)|Cannot use a pool after calling end)/;

const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * The domain's view of what pg threw. A database that is away or overloaded becomes `UNAVAILABLE`; anything else, a
 * domain error too, is given back as it is.
 */
export function toDatabaseError(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  if (isConnectionLost(error) || UNAVAILABLE_STATE.test(codeOf(error))) {
    return new DomainError('UNAVAILABLE', 'DATABASE_UNAVAILABLE', 'The database is not available. Try again later.', {
      metadata: { service: 'postgresql' },
      cause: error,
    });
  }
  if (BUSY_STATE.test(codeOf(error))) {
    return new DomainError('UNAVAILABLE', 'DATABASE_BUSY', 'The database did not finish in time. Try again later.', {
      metadata: { service: 'postgresql' },
      cause: error,
    });
  }
  return error;
}

/** Whether the connection is of no use any more, or was never made. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (SYSTEM_ERRORS.has(code)) return true;
  // 57P01 to 57P05: the server ended this session; 08: it broke; 25P03: it was ended for being idle in a transaction.
  if (SQLSTATE.test(code)) return /^(57P0.|08...|25P03)$/.test(code);
  return error instanceof Error && CONNECTION_TEXT.test(error.message);
}

/** Whether the server itself said that the statement failed, in which case its effect is known: none. */
export function isServerRefusal(error: unknown): boolean {
  return SQLSTATE.test(codeOf(error)) && !isConnectionLost(error);
}

/** Whether a row with that key is there already, by the name of the constraint. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  return codeOf(error) === '23505' && (error as { constraint?: unknown }).constraint === constraint;
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
