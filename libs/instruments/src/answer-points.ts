import type { QuestionnaireItem, QuestionnaireResponseItemAnswer } from 'fhir/r4.js';
import { findOption, weightOf } from './option-weight.js';

/**
 * What an answer counts: the published weight of the chosen option, or a whole number itself. `undefined` where it is
 * not one of the item's possible answers.
 */
export function answerPoints(item: QuestionnaireItem, answer: QuestionnaireResponseItemAnswer): number | undefined {
  const { valueCoding, valueInteger } = answer;
  if (item.type === 'choice') {
    const option = valueCoding && findOption(item, valueCoding);
    return option && weightOf(option);
  }
  if (item.type !== 'integer' || !Number.isInteger(valueInteger) || valueInteger === undefined) return undefined;
  const within =
    valueInteger >= limit(item, 'minValue', -Infinity) && valueInteger <= limit(item, 'maxValue', Infinity);
  return within ? valueInteger : undefined;
}

function limit(item: QuestionnaireItem, name: 'minValue' | 'maxValue', fallback: number): number {
  const url = `http://hl7.org/fhir/StructureDefinition/${name}`;
  return item.extension?.find((extension) => extension.url === url)?.valueInteger ?? fallback;
}
