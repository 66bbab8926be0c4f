import { ANSWER_ELEMENTS, ITEM_ELEMENTS, RESPONSE_ELEMENTS } from './fhir-elements.js';
import { issue, ROOT_EXPRESSION, type Issue } from './issue.js';
import { isJsonObject, type JsonObject } from './json.js';

/** How much of a response is looked at. Far above any real form, far below what could exhaust the process. */
export const SUBMISSION_LIMITS = Object.freeze({ bytes: 256 * 1024, depth: 40, containers: 5_000 });

const ROOT = { expression: ROOT_EXPRESSION };

/** What a submission's bytes hold: a response to go on with, or why there is none. */
export type ReadSubmission = { response: JsonObject; issues: [] } | { response?: undefined; issues: Issue[] };

/** Turns bytes into a QuestionnaireResponse of bounded size and depth. Everything after it may rely on the bounds. */
export function readSubmission(bytes: Uint8Array): ReadSubmission {
  if (bytes.byteLength > SUBMISSION_LIMITS.bytes) {
    return refused(
      'EPRO-CAP-001',
      'The response is larger than 256 KB. Remove what the questionnaire does not ask for.',
    );
  }
  let value: unknown;
  try {
    // A byte order mark stays in the text and is refused, as it is by whoever parses these bytes next.
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    // The parser's message quotes the text, so nothing of it is passed on.
    return refused(
      'EPRO-STR-001',
      'The response is not JSON in UTF-8. Send one FHIR R4 QuestionnaireResponse as JSON.',
    );
  }
  const found = checkExtent(value);
  if (found) return { issues: [found] };
  if (!isJsonObject(value) || value.resourceType !== 'QuestionnaireResponse') {
    return refused(
      'EPRO-STR-002',
      'The response is not a QuestionnaireResponse. Send a FHIR R4 QuestionnaireResponse.',
    );
  }
  return { response: value, issues: [] };
}

function refused(rule: Parameters<typeof issue>[0], message: string): ReadSubmission {
  return { issues: [issue(rule, ROOT, message)] };
}

/** Names that may stand in an expression. Any other name is the client's text and could hold an answer. */
const KNOWN_ELEMENTS = new Set([
  ...RESPONSE_ELEMENTS,
  ...ITEM_ELEMENTS,
  ...ANSWER_ELEMENTS,
  ...['system', 'code', 'display', 'reference', 'value', 'url', 'unit'],
]);

interface Visit {
  value: unknown;
  depth: number;
  expression: string;
  /** Whether `expression` leads all the way here. */
  exact: boolean;
}

/** Walks without recursion, so that depth costs memory within the limits and never the stack. */
function checkExtent(root: unknown): Issue | undefined {
  const pending: Visit[] = [{ value: root, depth: 0, expression: ROOT_EXPRESSION, exact: true }];
  let containers = 0;
  for (let visit = pending.pop(); visit; visit = pending.pop()) {
    const { value, depth, expression, exact } = visit;
    if (typeof value === 'string' && !isCleanText(value)) return uncleanText(expression);
    if (typeof value !== 'object' || value === null) continue;
    if (++containers > SUBMISSION_LIMITS.containers) {
      return issue('EPRO-CAP-003', ROOT, 'The response has more elements than any questionnaire here. Send one form.');
    }
    if (depth >= SUBMISSION_LIMITS.depth) {
      return issue('EPRO-CAP-002', ROOT, 'The response is nested too deeply. Nest items as the questionnaire does.');
    }
    for (const [key, part] of Object.entries(value)) {
      if (!isCleanText(key)) return uncleanText(expression);
      const known = exact && (Array.isArray(value) || KNOWN_ELEMENTS.has(key));
      const step = Array.isArray(value) ? `[${key}]` : `.${key}`;
      pending.push({ value: part, depth: depth + 1, expression: known ? expression + step : expression, exact: known });
    }
  }
  return undefined;
}

function uncleanText(expression: string): Issue {
  return issue('EPRO-STR-006', { expression }, 'A text has control characters or broken Unicode. Send plain text.');
}

/** FHIR strings have no control characters but tab and line ends; PostgreSQL refuses U+0000 and lone surrogates. */
function isCleanText(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- these characters are what is looked for
  return text.isWellFormed() && !/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/.test(text);
}
