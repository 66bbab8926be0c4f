import { ANSWER_ELEMENTS, ITEM_ELEMENTS, RESPONSE_ELEMENTS } from '../fhir-elements.js';
import { issue, ROOT_EXPRESSION, type Issue, type Place } from '../issue.js';
import { isJsonObject, type JsonObject } from '../json.js';
import { placeOf, placeOfAnswer } from '../response-node.js';
import type { Rule } from '../rule.js';

type JsonType = 'text' | 'object' | 'list';

const RESPONSE_TYPES = {
  id: 'text',
  implicitRules: 'text',
  language: 'text',
  questionnaire: 'text',
  status: 'text',
  authored: 'text',
  meta: 'object',
  identifier: 'object',
  subject: 'object',
  encounter: 'object',
  author: 'object',
  source: 'object',
  contained: 'list',
  extension: 'list',
  basedOn: 'list',
  partOf: 'list',
  item: 'list',
} as const satisfies Record<string, JsonType>;

const ITEM_TYPES = {
  id: 'text',
  linkId: 'text',
  definition: 'text',
  text: 'text',
  extension: 'list',
  answer: 'list',
  item: 'list',
} as const satisfies Record<string, JsonType>;

const ANSWER_TYPES = { id: 'text', extension: 'list', item: 'list' } as const satisfies Record<string, JsonType>;

/** EPRO-STR-004, -005, -007: the elements of the response, of every item and of every answer. */
export const structureRule: Rule = ({ response, nodes }) => [
  ...check(response, { expression: ROOT_EXPRESSION }, RESPONSE_ELEMENTS, RESPONSE_TYPES),
  ...nodes.flatMap((node) => [
    ...check(node.value, placeOf(node), ITEM_ELEMENTS, ITEM_TYPES, ['linkId']),
    ...node.answers.flatMap((answer) =>
      check(answer.value, placeOfAnswer(node, answer), ANSWER_ELEMENTS, ANSWER_TYPES),
    ),
  ]),
];

function check(
  holder: JsonObject,
  place: Place,
  elements: ReadonlySet<string>,
  types: Readonly<Record<string, JsonType>>,
  required: readonly string[] = [],
): Issue[] {
  const found: Issue[] = [];
  // "_name" carries the id and extensions of the primitive "name".
  if (Object.keys(holder).some((name) => !elements.has(name.replace(/^_/, '')))) {
    found.push(issue('EPRO-STR-004', place, 'An element here is not one of FHIR R4. Remove or rename it.'));
  }
  for (const [name, type] of Object.entries(types)) {
    const value = Object.hasOwn(holder, name) ? holder[name] : undefined;
    if (value === undefined && !required.includes(name)) continue;
    if (!hasType(value, type)) {
      const at = { ...place, expression: `${place.expression}.${name}` };
      found.push(issue('EPRO-STR-005', at, `The element ${name} ${EXPECTATION[type]}.`));
    }
  }
  for (const name of ['modifierExtension', 'implicitRules'].filter((one) => Object.hasOwn(holder, one))) {
    const at = { ...place, expression: `${place.expression}.${name}` };
    found.push(issue('EPRO-STR-007', at, `The element ${name} changes what the response means. Send it without.`));
  }
  return found;
}

const EXPECTATION: Readonly<Record<JsonType, string>> = {
  text: 'must be a text that is not blank',
  object: 'must be a JSON object',
  list: 'must be a list of JSON objects that is not empty; leave it out where there is nothing to send',
};

function hasType(value: unknown, type: JsonType): boolean {
  if (type === 'text') return typeof value === 'string' && value.trim() !== '';
  if (type === 'object') return isJsonObject(value);
  return Array.isArray(value) && value.length > 0 && value.every(isJsonObject);
}
