import type { ExpectedSpan } from '../trace-contract.js';
import { UNKNOWN_CALLER, type Attributes } from './rules.js';
import { connection, CONNECT, sql } from './spans.js';

/**
 * Every SQL statement that the services are expected to make, by what they make it for. The one place to change when
 * a repository's statements do.
 */
export const STATEMENTS = {
  /** Checking that the user of a token is still active. */
  verifyToken: statements('epro-auth', [CONNECT, 'SELECT auth.active_user']),
  /** Storing a response. */
  saveSubmission: statements('epro-storage', [
    CONNECT,
    'BEGIN',
    'SELECT storage.open_submission',
    'INSERT storage.submission',
    'COMMIT',
  ]),
  /** Finding that the idempotency key was used before, and reading what was stored then. */
  replaySubmission: statements('epro-storage', [CONNECT, 'BEGIN', 'SELECT storage.open_submission', 'COMMIT']),
  /** Finding that the idempotency key was used for another body. */
  refuseSubmission: statements('epro-storage', [CONNECT, 'BEGIN', 'SELECT storage.open_submission', 'ROLLBACK']),
  /** Finding that the idempotency key is taken by a request that still runs, or that it was while this one inserted. */
  deferSubmission: (attributes: Attributes): ExpectedSpan[] => [
    ...statements('epro-storage', [CONNECT, 'BEGIN', 'SELECT storage.open_submission', 'ROLLBACK'])(attributes),
    ...statements('epro-storage', ['INSERT storage.submission'])({ ...attributes, 'error.type': 'present' }).map(
      (span) => ({ ...span, status: 'ERROR' as const, occurs: 'optional' as const }),
    ),
  ],
  /** Storing a response that fails on the way. */
  failSubmission: statements('epro-storage', [
    CONNECT,
    'BEGIN',
    'SELECT storage.open_submission',
    'INSERT storage.submission',
    'COMMIT',
    'ROLLBACK',
  ]),
  /** Looking for a submission, as the tenant of whoever asks. */
  findSubmission: statements('epro-storage', [
    CONNECT,
    'BEGIN',
    'SELECT set_config',
    'SELECT storage.submission_record',
    'COMMIT',
  ]),
  /** Looking for who signs in; nobody is known yet. */
  findUser: statements('epro-auth', [CONNECT, 'SELECT auth.find_user']),
  /** Keeping the refresh token of somebody who has signed in. */
  issueTokens: (attributes: Attributes): ExpectedSpan[] => [
    // The second one below the same span: nothing is asked of it that the first does not have, so neither is taken for the other.
    connection('epro-auth', UNKNOWN_CALLER),
    ...statements('epro-auth', ['SELECT auth.issue_refresh_token'])(attributes),
  ],
} as const;

/** @param summaries operation and target of each, or that a connection is waited for */
function statements(service: string, summaries: readonly string[]) {
  return (attributes: Attributes): ExpectedSpan[] =>
    summaries.map((summary) => {
      if (summary === CONNECT) return connection(service, attributes);
      const [operation = '', target] = summary.split(' ');
      return sql({ service, operation, target, attributes });
    });
}
