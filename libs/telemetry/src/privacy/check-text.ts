import { countRedaction } from './redactions.js';

const MAX_NAME_LENGTH = 128;
const MAX_NAMES = 1000;
const MAX_LOG_LENGTH = 2000;
const MASK = '*';

/** A word of a name that may be an id, an address or a value: four digits in a row, a long hex number, anything odd. */
const ODD_IN_NAME = /\d{4}|[0-9a-f]{16}|[^A-Za-z0-9._:*+(){}$<>#-]/i;

const names = new Map<string, string>();

/**
 * The name of a span or event as it may leave: words that may hold an id or a value are masked, and what is too long
 * is cut. A process has few names; one that makes up ever new ones puts values into them, and gets `*` for more than
 * a thousand.
 */
export function checkName(name: string): string {
  let checked = names.get(name);
  if (checked === undefined) {
    checked = names.size < MAX_NAMES ? masked(name) : MASK;
    if (names.size < MAX_NAMES) names.set(name, checked);
  }
  if (checked !== name) countRedaction('name');
  return checked;
}

function masked(name: string): string {
  const words = name.slice(0, MAX_NAME_LENGTH).split(/([ /,])/);
  return words.map((word, index) => (index % 2 === 0 && ODD_IN_NAME.test(word) ? MASK : word)).join('');
}

/**
 * What in a log text is data rather than the program's own words: JSON, what stands in quotes, e-mail addresses,
 * tokens, long numbers, dates.
 */
const DATA =
  /[{[]\s*["{[][\s\S]*$|"[^"]*(?:"|$)|“[^”]*(?:”|$)|`[^`]*(?:`|$)|(?<!\w)'[^']*(?:'|$)|[^\s<>(]{1,128}@[^\s<>)]+|\b[Bb]earer\s+\S+|\beyJ[\w-]+(?:\.[\w-]*)*|\b[0-9a-fA-F]{16,}\b|(?<![\w.:/-])\+?\d[\d -]{5,}\d/g;

/** The text of a log line, or of several, as it may leave: with data masked. The program's own words stay as they are. */
export function checkLogText(text: string): string {
  const checked = text.slice(0, MAX_LOG_LENGTH).replace(DATA, MASK);
  if (checked !== text) countRedaction('log_text');
  return checked;
}
