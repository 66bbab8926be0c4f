import type { ExpectedSpan, TraceContract } from '../trace-contract.js';
import { PLATFORM_RULES, STAFF_IDENTITY, UNKNOWN_CALLER, type Attributes } from './rules.js';
import { brokenRpc, httpRequest, rpc, unreachedRpc } from './spans.js';
import { STATEMENTS } from './statements.js';
import { METHODS } from './submission-hops.js';

export const SIGN_IN_ROUTE = '/api/v1/auth/token';

const method = METHODS.signIn;
const findUser = STATEMENTS.findUser(UNKNOWN_CALLER);

function contract(
  id: string,
  title: string,
  statusCodes: readonly number[],
  identity: Attributes,
  hop: ExpectedSpan,
): TraceContract {
  const root = httpRequest({
    method: 'POST',
    route: SIGN_IN_ROUTE,
    statusCodes,
    attributes: identity,
    children: [hop],
  });
  return { id, title, root, rules: PLATFORM_RULES };
}

/** What a `POST /api/v1/auth/token` must leave behind, by how it ended. */
export const SIGN_IN_CONTRACTS = {
  signedIn: contract(
    'sign-in',
    'sign-in (200)',
    [200],
    STAFF_IDENTITY,
    rpc({
      method,
      attributes: STAFF_IDENTITY,
      children: [...findUser, ...STATEMENTS.issueTokens(STAFF_IDENTITY)],
    }),
  ),
  refused: contract(
    'sign-in-refused',
    'sign-in with a wrong name or password (401)',
    [401],
    UNKNOWN_CALLER,
    rpc({ method, attributes: UNKNOWN_CALLER, code: 'UNAUTHENTICATED', children: findUser }),
  ),
  authDown: contract(
    'sign-in-auth-down',
    'sign-in while auth is down (503)',
    [503],
    UNKNOWN_CALLER,
    unreachedRpc({ method, attributes: UNKNOWN_CALLER }),
  ),
  authFailed: contract(
    'sign-in-auth-failed',
    'sign-in in which auth failed (503, 500)',
    [503, 500],
    UNKNOWN_CALLER,
    brokenRpc({
      method,
      attributes: UNKNOWN_CALLER,
      children: [...findUser, ...STATEMENTS.issueTokens(UNKNOWN_CALLER)],
    }),
  ),
} as const satisfies Record<string, TraceContract>;
