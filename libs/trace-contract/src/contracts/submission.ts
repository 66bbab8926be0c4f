import type { ExpectedSpan, TraceContract } from '../trace-contract.js';
import { PATIENT_IDENTITY, PLATFORM_RULES, STAFF_IDENTITY, UNKNOWN_CALLER } from './rules.js';
import { analyze, save, submissionRequest, validate, verifyToken } from './submission-hops.js';

function contract(id: string, title: string, root: ExpectedSpan): TraceContract {
  return { id, title, root, rules: PLATFORM_RULES };
}

const { patient } = verifyToken;
const ofPatient = (statusCode: number | readonly number[], ...hops: ExpectedSpan[]) =>
  submissionRequest(statusCode, PATIENT_IDENTITY, hops);
const ofUnknown = (statusCode: number | readonly number[], ...hops: ExpectedSpan[]) =>
  submissionRequest(statusCode, UNKNOWN_CALLER, hops);

/** A fault of a service becomes one of these. */
const FAULT = [503, 500];

/** What a `POST /api/v1/submissions` must leave behind, by how it ended. */
export const SUBMISSION_CONTRACTS = {
  accepted: contract(
    'submission-accepted',
    'accepted submission (201)',
    ofPatient(201, patient, validate.answered, save.stored, analyze.complete),
  ),
  acceptedAnalysisDown: contract(
    'submission-accepted-analysis-down',
    'accepted submission (201), analysis pending: its service was not reached',
    ofPatient(201, patient, validate.answered, save.stored, analyze.down),
  ),
  acceptedAnalysisFailed: contract(
    'submission-accepted-analysis-failed',
    'accepted submission (201), analysis pending: its service failed or was too slow',
    ofPatient(201, patient, validate.answered, save.stored, analyze.failed),
  ),
  replayed: contract(
    'submission-replayed',
    'replayed submission (200)',
    ofPatient(200, patient, validate.answered, save.replayed, analyze.complete),
  ),
  replayedAnalysisDown: contract(
    'submission-replayed-analysis-down',
    'replayed submission (200), analysis pending: its service was not reached',
    ofPatient(200, patient, validate.answered, save.replayed, analyze.down),
  ),
  replayedAnalysisFailed: contract(
    'submission-replayed-analysis-failed',
    'replayed submission (200), analysis pending: its service failed or was too slow',
    ofPatient(200, patient, validate.answered, save.replayed, analyze.failed),
  ),
  rejected: contract(
    'submission-rejected',
    'rejected submission (422)',
    submissionRequest(422, PATIENT_IDENTITY, [patient, validate.answered], 'SUBMISSION_REJECTED'),
  ),
  keyConflict: contract(
    'submission-key-conflict',
    'submission with a key that was used for another body (422)',
    submissionRequest(422, PATIENT_IDENTITY, [patient, validate.answered, save.conflict], 'IDEMPOTENCY_KEY_REUSED'),
  ),
  inProgress: contract(
    'submission-in-progress',
    'submission whose first request still runs (409)',
    submissionRequest(409, PATIENT_IDENTITY, [patient, validate.answered, save.inProgress], 'IDEMPOTENCY_KEY_IN_USE'),
  ),
  tokenMissing: contract(
    'submission-token-missing',
    'submission without a token (401)',
    submissionRequest(401, UNKNOWN_CALLER, [], 'TOKEN_REQUIRED'),
  ),
  tokenRefused: contract(
    'submission-token-refused',
    'submission with a token that is not good (401)',
    submissionRequest(401, UNKNOWN_CALLER, [verifyToken.refused], 'INVALID_TOKEN'),
  ),
  forbidden: contract(
    'submission-forbidden',
    'submission by someone who is no patient (403)',
    submissionRequest(403, STAFF_IDENTITY, [verifyToken.staff], 'ROLE_NOT_ALLOWED'),
  ),
  authDown: contract('submission-auth-down', 'submission while auth is down (503)', ofUnknown(503, verifyToken.down)),
  authFailed: contract(
    'submission-auth-failed',
    'submission in which auth failed (503, 500)',
    ofUnknown(FAULT, verifyToken.failed),
  ),
  validationDown: contract(
    'submission-validation-down',
    'submission while validation is down (503)',
    ofPatient(503, patient, validate.down),
  ),
  validationFailed: contract(
    'submission-validation-failed',
    'submission in which validation failed (503, 500)',
    ofPatient(FAULT, patient, validate.failed),
  ),
  storageDown: contract(
    'submission-storage-down',
    'submission while storage is down (503)',
    ofPatient(503, patient, validate.answered, save.down),
  ),
  storageFailed: contract(
    'submission-storage-failed',
    'submission in which storage failed (503, 500)',
    ofPatient(FAULT, patient, validate.answered, save.failed),
  ),
} as const satisfies Record<string, TraceContract>;
