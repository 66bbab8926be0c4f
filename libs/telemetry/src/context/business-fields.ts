import type { Attributes } from '@opentelemetry/api';
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
  HEADER_BIZ_ID,
  HEADER_REQUEST_ID,
} from '../semconv/attributes.js';
import { SOURCES, type Source } from './sources.js';

interface FieldDefinition {
  /** Its name on spans and log lines and as baggage key. */
  readonly attribute: string;
  /** Who may say what it is. Anybody can send a header: nothing that a token vouches for is taken from one. */
  readonly from: readonly Source[];
  /** The request header that has it, where `from` has `header`. */
  readonly header?: string;
  /** There may be several: a list of strings then, and a string where there is one. */
  readonly list?: true;
}

const ANYBODY = ['header', 'baggage', 'local'] as const;
const IDENTITY = ['token', 'baggage', 'local', 'default'] as const;
const SERVICES = ['baggage', 'local'] as const;

/**
 * The business context and the allow-list: what is put on every span and log line of a request and carried to the next
 * process. Adding a value is adding a line. Nothing else crosses a process boundary as baggage.
 */
export const FIELDS = {
  requestId: { attribute: ATTR_REQUEST_ID, from: ANYBODY, header: HEADER_REQUEST_ID },
  bizId: { attribute: ATTR_BIZ_ID, from: ANYBODY, header: HEADER_BIZ_ID },
  tenantId: { attribute: ATTR_TENANT_ID, from: IDENTITY },
  patientId: { attribute: ATTR_PATIENT_ID, from: IDENTITY },
  studyId: { attribute: ATTR_STUDY_ID, from: IDENTITY },
  siteId: { attribute: ATTR_SITE_ID, from: IDENTITY },
  userId: { attribute: ATTR_USER_ID, from: IDENTITY },
  userRole: { attribute: ATTR_USER_ROLE, from: IDENTITY, list: true },
  submissionId: { attribute: ATTR_SUBMISSION_ID, from: SERVICES },
  questionnaire: { attribute: ATTR_QUESTIONNAIRE, from: SERVICES },
} as const satisfies Record<string, FieldDefinition>;

export type BusinessField = keyof typeof FIELDS;

/** Who and what a request is about: identifiers only, all pseudonymous; a list only where there may be several. */
export type BusinessContext = {
  [Field in BusinessField]?:
    ((typeof FIELDS)[Field] extends { list: true } ? string | readonly string[] : string) | undefined;
};

const definitions = Object.entries<FieldDefinition>(FIELDS) as [BusinessField, FieldDefinition][];

/** The attribute of each field. */
export const BUSINESS_FIELDS = Object.fromEntries(
  definitions.map(([field, { attribute }]) => [field, attribute]),
) as Readonly<Record<BusinessField, string>>;

/** The attributes by the places of their fields in the table. */
export const BUSINESS_NAMES: readonly string[] = definitions.map(([, { attribute }]) => attribute);

const PLACES = Object.fromEntries(definitions.map(([field], place) => [field, place])) as Record<BusinessField, number>;

/** Where a field is in the table, from 0. */
export function placeOf(field: BusinessField): number {
  return PLACES[field];
}

const FIELD_OF_ATTRIBUTE = new Map(definitions.map(([field, { attribute }]) => [attribute, field]));
const HEADER_FIELDS = definitions.flatMap(([field, { from, header }]) =>
  header && from.includes('header') ? [[field, header] as const] : [],
);
const LISTS: ReadonlySet<string> = new Set(definitions.flatMap(([field, { list }]) => (list ? [field] : [])));

/** By source and field: how strong its word is, 0 the strongest; absent where it has none. */
const RANKS = Object.fromEntries(
  SOURCES.map((source, rank) => [
    source,
    Object.fromEntries(definitions.flatMap(([field, { from }]) => (from.includes(source) ? [[field, rank]] : []))),
  ]),
) as Readonly<Record<Source, Readonly<Partial<Record<BusinessField, number>>>>>;

/** That of `default`, the weakest. */
export const DEFAULT_RANK = SOURCES.indexOf('default');

/** How strong the word of a source is for a field, 0 the strongest; `undefined` where it may not say what it is. */
export function rankOf(source: Source, field: BusinessField): number | undefined {
  return RANKS[source][field];
}

/** The field that a baggage key carries; `undefined` for a key that is not on the allow-list. */
export function fieldOfBaggageKey(key: string): BusinessField | undefined {
  return FIELD_OF_ATTRIBUTE.get(key);
}

/** What a request says about itself in headers of its own: of each field that may come from one, a usable value. */
export function fieldsOfHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): BusinessContext {
  const values: BusinessContext = {};
  for (const [field, header] of HEADER_FIELDS) {
    const value = headers[header];
    if (typeof value === 'string') values[field] = value;
  }
  return values;
}

/**
 * An identifier: letters, digits and `. _ : / | -`, 128 characters at most. Anything else is no identifier and is
 * dropped; without `@` no e-mail address is one.
 */
const IDENTIFIER = /^[A-Za-z0-9._:/|-]{1,128}$/;

/** A list is as long as somebody has roles, and bounded because it is carried everywhere. */
const MAX_LIST = 16;

export function isIdentifier(value: string): boolean {
  return IDENTIFIER.test(value);
}

/**
 * What goes on a span for a field: the value where it is an identifier, for a field with several those that are.
 * Several come from baggage as one string with commas, which no identifier has.
 */
export function usableValue(field: BusinessField, value: string | readonly string[]): string | string[] | undefined {
  if (!LISTS.has(field)) return typeof value === 'string' && isIdentifier(value) ? value : undefined;
  const values = (typeof value === 'string' ? value.split(',') : value).filter(isIdentifier).slice(0, MAX_LIST);
  return values.length > 1 ? values : values[0];
}

/** Values under their attribute names, those that are usable. */
export function attributesOf(values: BusinessContext): Attributes {
  const attributes: Attributes = {};
  for (const field in values) {
    const given = values[field as BusinessField];
    if (given) attributes[BUSINESS_FIELDS[field as BusinessField]] = usableValue(field as BusinessField, given);
  }
  return attributes;
}
