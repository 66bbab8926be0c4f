import { createHash } from 'node:crypto';
import { DomainError, type QuestionnaireRef, type SaveSubmissionRequest } from '@epro/contracts';
import { resolveCanonical } from '@epro/instruments';
import canonicalize from 'canonicalize';
import type { Questionnaire, QuestionnaireResponse } from 'fhir/r4.js';

/** What is to be saved, checked for what storage itself relies on; whether the answers are right is validated before. */
export interface SaveCommand {
  tenantId: string;
  userId: string;
  idempotencyKey: string;
  patientId: string;
  studyId: string;
  siteId: string;
  traceId: string;
  ref: QuestionnaireRef;
  questionnaire: Questionnaire;
  response: QuestionnaireResponse;
  /** The response as it came, which is what is stored: decimals keep their digits. */
  json: string;
  /** SHA-256 of the response's canonical form, RFC 8785: equal for equal content, however it is written. */
  hash: Buffer;
}

const IDENTIFIER = /^[A-Za-z0-9._:/|@-]{1,128}$/;
const IDENTIFIER_OR_NONE = /^[A-Za-z0-9._:/|@-]{0,128}$/;
const KEY = /^[\x21-\x7e]{1,255}$/;
const TRACE_ID_OR_NONE = /^([0-9a-f]{32})?$/;

/** @throws DomainError `INVALID_ARGUMENT` that names each field that cannot be used */
export function readSaveRequest(request: SaveSubmissionRequest): SaveCommand {
  const { actor, questionnaire: ref, idempotencyKey, patientId, studyId, siteId, traceId } = request;
  const { tenantId = '', userId = '' } = actor ?? {};
  const fields: [name: string, value: string, form: RegExp][] = [
    ['actor.tenant_id', tenantId, IDENTIFIER],
    ['actor.user_id', userId, IDENTIFIER],
    ['idempotency_key', idempotencyKey, KEY],
    ['patient_id', patientId, IDENTIFIER],
    ['study_id', studyId, IDENTIFIER_OR_NONE],
    ['site_id', siteId, IDENTIFIER_OR_NONE],
    ['trace_id', traceId, TRACE_ID_OR_NONE],
  ];
  const unusable = fields.filter(([, value, form]) => !form.test(value)).map(([name]) => name);
  const canonical = ref && `${ref.url}|${ref.version}`;
  const questionnaire = canonical && resolveCanonical(canonical);
  if (!questionnaire || questionnaire.id !== ref.id) unusable.push('questionnaire');
  const content = readResponse(request.questionnaireResponse);
  // It is scored by the questionnaire it is filed under, so it has to be an answer to that one.
  if (content?.response.questionnaire !== canonical) unusable.push('questionnaire_response');
  if (!ref || !questionnaire || !content || unusable.length > 0) {
    throw new DomainError(
      'INVALID_ARGUMENT',
      'REQUEST_UNUSABLE',
      `These fields are missing or cannot be used: ${unusable.join(', ')}.`,
      { metadata: { fields: unusable.join(',') } },
    );
  }
  return { tenantId, userId, idempotencyKey, patientId, studyId, siteId, traceId, ref, questionnaire, ...content };
}

function readResponse(bytes: Uint8Array): Pick<SaveCommand, 'response' | 'json' | 'hash'> | undefined {
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const response = JSON.parse(json) as QuestionnaireResponse;
    const canonical = canonicalize(response);
    if (response?.resourceType !== 'QuestionnaireResponse' || canonical === undefined) return undefined;
    return { response, json, hash: createHash('sha256').update(canonical).digest() };
  } catch {
    return undefined; // No UTF-8, no JSON, or nested too deep.
  }
}
