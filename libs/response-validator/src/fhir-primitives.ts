const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?$/;
const INSTANT =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)$/;

/** A date and time with an offset, on a day that exists. https://hl7.org/fhir/R4/datatypes.html#dateTime */
export function isInstant(value: unknown): boolean {
  const day = typeof value === 'string' ? INSTANT.exec(value)?.[1] : undefined;
  return day !== undefined && isDay(day);
}

/** A date: a year, a month, or a day that exists. https://hl7.org/fhir/R4/datatypes.html#date */
export function isDate(value: unknown): boolean {
  return typeof value === 'string' && DATE.test(value) && (value.length < 10 || isDay(value));
}

/** A dateTime: a date, or a date and time with an offset. */
export function isDateTime(value: unknown): boolean {
  return isDate(value) || isInstant(value);
}

/** A time of day. https://hl7.org/fhir/R4/datatypes.html#time */
export function isTime(value: unknown): boolean {
  return typeof value === 'string' && TIME.test(value);
}

/** A whole number of 32 bits, as FHIR's integer is. */
export function isInteger(value: unknown): boolean {
  return typeof value === 'number' && (value | 0) === value;
}

/** Text that is not blank, as FHIR's string is. */
export function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

/** Whether `yyyy-mm-dd` is a day of the calendar: 30 February is not. Year 0000 is none either. */
function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !day.startsWith('0000') && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
