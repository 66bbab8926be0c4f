import type { ExpectedSpan } from '../trace-contract.js';
import { PATIENT_IDENTITY, UNKNOWN_CALLER, VERIFIED_PATIENT, VERIFIED_STAFF, type Attributes } from './rules.js';
import { brokenRpc, httpRequest, rpc, step, unreachedRpc, type Method } from './spans.js';
import { STATEMENTS } from './statements.js';

export const METHODS = {
  verifyToken: { service: 'epro-auth', name: 'epro.auth.v1.AuthService/VerifyToken' },
  signIn: { service: 'epro-auth', name: 'epro.auth.v1.AuthService/SignIn' },
  validate: { service: 'epro-validation', name: 'epro.validation.v1.ValidationService/ValidateSubmission' },
  save: { service: 'epro-storage', name: 'epro.storage.v1.StorageService/SaveSubmission' },
  analyze: { service: 'epro-analysis', name: 'epro.analysis.v1.AnalysisService/AnalyzeSubmission' },
} as const satisfies Record<string, Method>;

export const SUBMISSIONS_ROUTE = '/api/v1/submissions';

/**
 * The request itself; who sent it is known on it as soon as the token is verified.
 *
 * @param reason why it was refused, where it was
 */
export function submissionRequest(
  statusCode: number | readonly number[],
  identity: Attributes,
  children: readonly ExpectedSpan[],
  reason?: string,
): ExpectedSpan {
  const attributes = reason ? { ...identity, 'epro.failure.reason': { equals: reason } } : identity;
  const statusCodes = typeof statusCode === 'number' ? [statusCode] : statusCode;
  return httpRequest({ method: 'POST', route: SUBMISSIONS_ROUTE, statusCodes, attributes, children });
}

const method = METHODS.verifyToken;

/** The hop to the auth service, by how it ends. */
export const verifyToken = {
  patient: rpc({ method, attributes: VERIFIED_PATIENT, children: STATEMENTS.verifyToken(VERIFIED_PATIENT) }),
  staff: rpc({ method, attributes: VERIFIED_STAFF, children: STATEMENTS.verifyToken(VERIFIED_STAFF) }),
  refused: rpc({
    method,
    attributes: UNKNOWN_CALLER,
    code: 'UNAUTHENTICATED',
    // A token that is forged or has expired needs no look at the user.
    children: STATEMENTS.verifyToken(UNKNOWN_CALLER).map((span) => ({ ...span, occurs: 'optional' as const })),
  }),
  down: unreachedRpc({ method, attributes: UNKNOWN_CALLER }),
  failed: brokenRpc({ method, attributes: UNKNOWN_CALLER, children: STATEMENTS.verifyToken(UNKNOWN_CALLER) }),
};

const validateStep = step(METHODS.validate.service, 'validatePatientData', PATIENT_IDENTITY);
const validateCall = { method: METHODS.validate, attributes: PATIENT_IDENTITY, children: [validateStep] };

/** The hop to the validation service: findings are an answer, and no failure. */
export const validate = {
  answered: rpc(validateCall),
  down: unreachedRpc(validateCall),
  failed: brokenRpc(validateCall),
};

const saveStep = (children: readonly ExpectedSpan[]) =>
  step(METHODS.save.service, 'saveToDatabase', { ...PATIENT_IDENTITY, 'data.length': { type: 'number' } }, children);
const saveCall = (children: readonly ExpectedSpan[], code = 'OK') => ({
  method: METHODS.save,
  attributes: PATIENT_IDENTITY,
  code,
  children: [saveStep(children)],
});

/** The hop to the storage service and its transaction. */
export const save = {
  stored: rpc(saveCall(STATEMENTS.saveSubmission(PATIENT_IDENTITY))),
  replayed: rpc(saveCall(STATEMENTS.replaySubmission(PATIENT_IDENTITY))),
  conflict: rpc(saveCall(STATEMENTS.refuseSubmission(PATIENT_IDENTITY), 'ALREADY_EXISTS')),
  inProgress: rpc(saveCall(STATEMENTS.deferSubmission(PATIENT_IDENTITY), 'ABORTED')),
  down: unreachedRpc(saveCall([])),
  failed: brokenRpc(saveCall(STATEMENTS.failSubmission(PATIENT_IDENTITY))),
};

const analyzeStep = step(METHODS.analyze.service, 'analyzeSubmission', PATIENT_IDENTITY);
const analyzeCall = { method: METHODS.analyze, attributes: PATIENT_IDENTITY, children: [analyzeStep] };

/** The hop to the analysis service. Its failures fail no submission. */
export const analyze = {
  complete: rpc(analyzeCall),
  down: unreachedRpc(analyzeCall),
  failed: brokenRpc(analyzeCall),
};
