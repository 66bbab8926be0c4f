import { BUSINESS_FIELDS, isIdentifier } from '../context/business-fields.js';
import { privateFrames } from './private-frames.js';
import { checkLogText } from './check-text.js';

/** What may be printed of a field's value; `undefined` for nothing. */
export type FieldRule = (value: unknown) => unknown;

/** The allow-list of log lines. What is not here is not printed. */
export const LOG_FIELDS: ReadonlyMap<string, FieldRule> = new Map<string, FieldRule>([
  ['level', identifierField],
  ['time', identifierField],
  ['service', identifierField],
  ['version', identifierField],
  ['component', identifierField],
  ['trace_id', identifierField],
  ['span_id', identifierField],
  ['request_id', identifierField],
  ['tenant', identifierField],
  ...Object.values(BUSINESS_FIELDS).map((name) => [name, identifierField] as const),
  ['err', errorField],
  ['msg', (value) => (typeof value === 'string' ? checkLogText(value) : undefined)],
]);

const ERROR_FIELDS: ReadonlyMap<string, FieldRule> = new Map<string, FieldRule>([
  ['type', (value) => identifierField(value) ?? '_OTHER'],
  ['reason', identifierField],
  ['code', identifierField],
  ['stack', (value) => (typeof value === 'string' ? privateFrames(value, '') : undefined)],
  // Only there where the line belongs to no request: see the logger.
  ['message', (value) => (typeof value === 'string' ? checkLogText(value) : undefined)],
]);

/** One, or a list of them. */
function identifierField(value: unknown): unknown {
  const isAllowed = Array.isArray(value) ? value.every(isIdentifierText) : isIdentifierText(value);
  return isAllowed ? value : undefined;
}

function isIdentifierText(value: unknown): boolean {
  return typeof value === 'string' && isIdentifier(value);
}

function errorField(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return checkFields(value as Record<string, unknown>, ERROR_FIELDS, () => {});
}

/** The same object where each of its fields may be printed as it is, else a copy of what may. */
export function checkFields(
  fields: Record<string, unknown>,
  rules: ReadonlyMap<string, FieldRule>,
  onRefused: (name: string) => void,
): Record<string, unknown> {
  let part: Record<string, unknown> | undefined;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value === undefined) continue;
    const kept = rules.get(name)?.(value);
    if (kept === value) continue;
    part ??= { ...fields };
    if (kept === undefined) {
      delete part[name];
      onRefused(name);
    } else part[name] = kept;
  }
  return part ?? fields;
}
