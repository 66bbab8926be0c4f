import { optionKey, type CompiledItem } from '../compiled-questionnaire.js';
import { isDate, isDateTime, isInteger, isText, isTime } from '../fhir-primitives.js';
import { issue, type Issue, type Place } from '../issue.js';
import { isJsonObject } from '../json.js';
import { placeOfAnswer } from '../response-node.js';
import type { Rule } from '../rule.js';

const IS_TYPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  valueBoolean: (value) => typeof value === 'boolean',
  valueDecimal: (value) => typeof value === 'number' && Number.isFinite(value),
  valueInteger: isInteger,
  valueDate: isDate,
  valueDateTime: isDateTime,
  valueTime: isTime,
  valueString: isText,
  valueUri: isText,
  valueAttachment: isJsonObject,
  valueCoding: isCoding,
  valueQuantity: isJsonObject,
  valueReference: isJsonObject,
};

/** System and code are the options' to judge; a display is for people and has no say, but it is text. */
function isCoding(value: unknown): boolean {
  return isJsonObject(value) && (value.display === undefined || isText(value.display));
}

/** EPRO-TYP-001, -OPT-001, -VAL-001 and -002: the value of every answer to a question of the questionnaire. */
export const valueRule: Rule = ({ nodes }) =>
  nodes.flatMap((node) =>
    node.answers.flatMap((answer) => {
      const { definition } = node;
      if (!definition || definition.valueNames.size === 0) return [];
      return answer.values.flatMap(([name, value]) => checkValue(definition, placeOfAnswer(node, answer), name, value));
    }),
  );

function checkValue(item: CompiledItem, place: Place, name: string, value: unknown): Issue[] {
  const { linkId, valueNames, options, minValue, maxValue, maxLength } = item;
  const at = { ...place, expression: `${place.expression}.value` };
  if (!valueNames.has(name) || !IS_TYPE[name]?.(value)) {
    const names = [...valueNames].join(' or ');
    return [
      issue('EPRO-TYP-001', at, `The answer to ${linkId} has the wrong type. Send ${names}, and not a blank one.`),
    ];
  }
  const isFreeText = item.type === 'open-choice' && name === 'valueString';
  if (options && !isFreeText && !options.has(optionKey(value))) {
    const hint = 'Send the system and code of an option as the questionnaire lists them.';
    return [issue('EPRO-OPT-001', at, `The answer to ${linkId} is not one of its options. ${hint}`)];
  }
  if (typeof value === 'number' && (value < minValue || value > maxValue)) {
    return [issue('EPRO-VAL-001', at, `The answer to ${linkId} is out of range. Send ${rangeOf(item)}.`)];
  }
  if (typeof value === 'string' && value.length > maxLength) {
    return [issue('EPRO-VAL-002', at, `The answer to ${linkId} is too long. Send at most ${maxLength} characters.`)];
  }
  return [];
}

function rangeOf({ minValue, maxValue }: CompiledItem): string {
  if (minValue === -Infinity) return `at most ${maxValue}`;
  return maxValue === Infinity ? `at least ${minValue}` : `${minValue} to ${maxValue}`;
}
