import { checkTrace } from './check-trace.js';
import { READ_CONTRACTS } from './contracts/reads.js';
import { PATIENT_ROLE } from './contracts/rules.js';
import { SIGN_IN_CONTRACTS } from './contracts/sign-in.js';
import { METHODS } from './contracts/submission-hops.js';
import { SUBMISSION_CONTRACTS } from './contracts/submission.js';
import type { Method } from './contracts/spans.js';
import { isExact, namesOf } from './span-ref.js';
import type { ExpectedSpan, TraceContract } from './trace-contract.js';
import type { TraceSpan } from './trace-span.js';

/** All contracts there are. */
export const CONTRACTS: readonly TraceContract[] = [
  ...Object.values(SUBMISSION_CONTRACTS),
  ...Object.values(SIGN_IN_CONTRACTS),
  ...READ_CONTRACTS.flatMap(({ patient, staff }) => [patient, staff])
    .flatMap(({ found, notFound }) => [found, notFound])
    .filter((contract) => contract !== undefined),
];

/**
 * The contract that a trace must be held to, by its request, the answer and what was called; `undefined` for a
 * request that no contract covers. A trace without its request, or a piece of one, is held to the contract that it
 * fits best, if it has a span that only the requests of a contract have.
 */
export function classifyTrace(spans: readonly TraceSpan[]): TraceContract | undefined {
  const request = spans.find(isRequest);
  if (request && isOf(request, SUBMISSION_CONTRACTS.accepted))
    return refusedFor(request) ?? classifySubmission(spans, statusCodeOf(request));
  if (request && isOf(request, SIGN_IN_CONTRACTS.signedIn)) return classifySignIn(spans, statusCodeOf(request));
  if (request) return classifyRead(request, spans);
  return isOneOfOurs(spans) ? closest(spans) : undefined;
}

/** What a refused submission says itself; whatever else of its trace is lost, this tells. */
const REFUSALS: ReadonlyMap<unknown, TraceContract> = new Map([
  ['SUBMISSION_REJECTED', SUBMISSION_CONTRACTS.rejected],
  ['IDEMPOTENCY_KEY_REUSED', SUBMISSION_CONTRACTS.keyConflict],
  ['IDEMPOTENCY_KEY_IN_USE', SUBMISSION_CONTRACTS.inProgress],
  ['TOKEN_REQUIRED', SUBMISSION_CONTRACTS.tokenMissing],
  ['INVALID_TOKEN', SUBMISSION_CONTRACTS.tokenRefused],
  ['ROLE_NOT_ALLOWED', SUBMISSION_CONTRACTS.forbidden],
]);

function refusedFor({ attributes }: TraceSpan): TraceContract | undefined {
  return REFUSALS.get(attributes['epro.failure.reason']);
}

function classifySubmission(spans: readonly TraceSpan[], statusCode: unknown): TraceContract | undefined {
  const all = SUBMISSION_CONTRACTS;
  switch (statusCode) {
    case 201:
      return byOutcome(spans, METHODS.analyze, all.acceptedAnalysisDown, all.acceptedAnalysisFailed) ?? all.accepted;
    case 200:
      return byOutcome(spans, METHODS.analyze, all.replayedAnalysisDown, all.replayedAnalysisFailed) ?? all.replayed;
    case 422:
      return isCalled(spans, METHODS.save) ? all.keyConflict : all.rejected;
    case 409:
      return all.inProgress;
    case 401:
      return isCalled(spans, METHODS.verifyToken) ? all.tokenRefused : all.tokenMissing;
    case 403:
      return all.forbidden;
    case 500:
    case 503:
      return (
        byOutcome(spans, METHODS.save, all.storageDown, all.storageFailed) ??
        byOutcome(spans, METHODS.validate, all.validationDown, all.validationFailed) ??
        byOutcome(spans, METHODS.verifyToken, all.authDown, all.authFailed)
      );
    case undefined:
      // Without it the answer is unknown: a request that was given up on is covered by none.
      return spans.some(({ attributes }) => attributes['epro.http.aborted'] === true) ? undefined : closest(spans);
    default:
      return undefined;
  }
}

function classifySignIn(spans: readonly TraceSpan[], statusCode: unknown): TraceContract | undefined {
  const { signedIn, refused, authDown, authFailed } = SIGN_IN_CONTRACTS;
  if (statusCode === 200) return signedIn;
  if (statusCode === 401) return refused;
  if (statusCode === 500 || statusCode === 503) return byOutcome(spans, METHODS.signIn, authDown, authFailed);
  return undefined;
}

function classifyRead(request: TraceSpan, spans: readonly TraceSpan[]): TraceContract | undefined {
  const read = READ_CONTRACTS.find(({ staff }) => isOf(request, staff.found));
  const { found, notFound } = (isPatient(request) ? read?.patient : read?.staff) ?? {};
  const statusCode = statusCodeOf(request);
  if (statusCode === 200) return found;
  // An id of a form that none has is not even asked for.
  const isAsked = read?.method !== undefined && spans.some(({ name }) => name === read.method);
  return statusCode === 404 && isAsked ? notFound : undefined;
}

/** Either tells it, so that the loss of one is seen. */
function isPatient({ attributes }: TraceSpan): boolean {
  return attributes['patient.id'] !== undefined || attributes['user.role'] === PATIENT_ROLE;
}

/** Which contract a failed call calls for: `down` where nobody received it. */
function byOutcome(
  spans: readonly TraceSpan[],
  { name, service }: Method,
  down: TraceContract,
  failed: TraceContract,
): TraceContract | undefined {
  const caller = spans.find((span) => span.name === name && span.service === 'epro-gateway');
  const code = caller?.attributes['rpc.status_code'];
  if (!caller || (code === undefined ? caller.status !== 'ERROR' : code === 'OK')) return undefined;
  return spans.some((span) => span.name === name && span.service === service) ? failed : down;
}

function isCalled(spans: readonly TraceSpan[], { name }: Method): boolean {
  return spans.some((span) => span.name === name);
}

/** Verifying a token is part of every request, so that alone tells nothing. */
function isOneOfOurs(spans: readonly TraceSpan[]): boolean {
  const { verifyToken: _, ...own } = METHODS;
  return Object.values(own).some((method) => isCalled(spans, method));
}

/** Whatever its name, service or kind have become. */
function isRequest({ attributes, service, kind }: TraceSpan): boolean {
  return attributes['http.request.method'] !== undefined || (service === 'epro-gateway' && kind === 'SERVER');
}

function isOf(request: TraceSpan, { root }: TraceContract): boolean {
  const { 'http.request.method': method, 'http.route': route } = request.attributes;
  return [request.name, `${String(method)} ${String(route)}`].some((name) => namesOf(root).includes(name));
}

/** The contract that knows most of these spans, and of several the one that they break least. */
function closest(spans: readonly TraceSpan[]): TraceContract | undefined {
  const strangers = CONTRACTS.map((contract) => {
    const known = spansOf(contract.root);
    return { contract, count: spans.filter((span) => !known.some((expected) => isExact(expected, span))).length };
  });
  const fewest = Math.min(...strangers.map(({ count }) => count));
  const counts = strangers
    .filter(({ count }) => count === fewest)
    .map(({ contract }) => ({ contract, count: checkTrace(spans, contract).length }));
  return counts.reduce((best, each) => (each.count < best.count ? each : best)).contract;
}

function spansOf(expected: ExpectedSpan): ExpectedSpan[] {
  return [expected, ...(expected.children ?? []).flatMap(spansOf)];
}

function statusCodeOf({ attributes }: TraceSpan): unknown {
  return attributes['http.response.status_code'];
}
