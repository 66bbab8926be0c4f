import {
  ATTR_BIZ_ID,
  ATTR_PATIENT_ID,
  ATTR_QUESTIONNAIRE,
  ATTR_REQUEST_ID,
  ATTR_SITE_ID,
  ATTR_STUDY_ID,
  ATTR_SUBMISSION_ID,
  ATTR_TENANT_ID,
  ATTR_USER_ID,
  ATTR_USER_ROLE,
} from '../semconv/attributes.js';

/**
 * The allow-list: what is put on every span of a request and carried to the next process. Adding a value is adding
 * a line. Nothing else crosses a process boundary as baggage.
 */
export const BUSINESS_FIELDS = {
  requestId: ATTR_REQUEST_ID,
  bizId: ATTR_BIZ_ID,
  tenantId: ATTR_TENANT_ID,
  patientId: ATTR_PATIENT_ID,
  studyId: ATTR_STUDY_ID,
  siteId: ATTR_SITE_ID,
  userId: ATTR_USER_ID,
  userRole: ATTR_USER_ROLE,
  submissionId: ATTR_SUBMISSION_ID,
  questionnaire: ATTR_QUESTIONNAIRE,
} as const;

export type BusinessField = keyof typeof BUSINESS_FIELDS;

/** Who and what a request is about: identifiers only, all pseudonymous. */
export type BusinessContext = Partial<Record<BusinessField, string>>;

const FIELD_OF_ATTRIBUTE = new Map(
  Object.entries(BUSINESS_FIELDS).map(([field, attribute]) => [attribute as string, field as BusinessField]),
);

/** The field that a baggage key carries; `undefined` for a key that is not on the allow-list. */
export function fieldOfBaggageKey(key: string): BusinessField | undefined {
  return FIELD_OF_ATTRIBUTE.get(key);
}

/**
 * An identifier: letters, digits and `. _ : / | -`, 128 characters at most. Anything else is no identifier and is
 * dropped; without `@` no e-mail address is one.
 */
const IDENTIFIER = /^[A-Za-z0-9._:/|-]{1,128}$/;

export function isIdentifier(value: string): boolean {
  return IDENTIFIER.test(value);
}
