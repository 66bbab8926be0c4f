import type {
  Questionnaire,
  QuestionnaireItem,
  QuestionnaireResponse,
  QuestionnaireResponseItem,
  QuestionnaireResponseItemAnswer,
} from 'fhir/r4.js';
import { weightOf } from './option-weight.js';
import { canonicalOf } from './questionnaire-registry.js';

/** Answers by linkId: an option's weight or code for a choice, else the value itself. */
export type Answers = Readonly<Record<string, number | string | boolean>>;

export interface ComposeOptions {
  /** Subject code of the patient; without it the response names no subject. */
  patientId?: string;
  /** When the patient finished, as a FHIR dateTime with an offset. */
  authored?: string;
}

/**
 * A completed response in the questionnaire's own order: what a client sends. It does not validate; items without an
 * entry in `answers` stay out.
 *
 * @throws RangeError where `answers` names an item or an option that the questionnaire does not have
 */
export function composeResponse(
  questionnaire: Questionnaire,
  answers: Answers,
  { patientId, authored }: ComposeOptions = {},
): QuestionnaireResponse {
  const open = new Set(Object.keys(answers));
  const compose = (items: readonly QuestionnaireItem[] = []): QuestionnaireResponseItem[] =>
    items.flatMap((item): QuestionnaireResponseItem[] => {
      const { linkId } = item;
      const given = answers[linkId];
      open.delete(linkId);
      const children = compose(item.item);
      const nested = children.length > 0 ? { item: children } : {};
      if (given !== undefined) return [{ linkId, answer: [{ ...toAnswer(item, given), ...nested }] }];
      return item.type === 'group' && children.length > 0 ? [{ linkId, ...nested }] : [];
    });
  const item = compose(questionnaire.item);
  if (open.size > 0) throw new RangeError(`${canonicalOf(questionnaire)} has no item ${[...open].join(', ')}.`);
  return {
    resourceType: 'QuestionnaireResponse',
    questionnaire: canonicalOf(questionnaire),
    status: 'completed',
    ...(patientId === undefined ? {} : { subject: { reference: `Patient/${patientId}` } }),
    ...(authored === undefined ? {} : { authored }),
    item,
  };
}

function toAnswer(item: QuestionnaireItem, answer: number | string | boolean): QuestionnaireResponseItemAnswer {
  if (item.type === 'choice') {
    const option = item.answerOption?.find(
      (one) => one.valueCoding?.code === answer || (typeof answer === 'number' && weightOf(one) === answer),
    );
    if (!option?.valueCoding) throw new RangeError(`${item.linkId} has no such option.`);
    return { valueCoding: { ...option.valueCoding } };
  }
  if (typeof answer === 'boolean') return { valueBoolean: answer };
  if (typeof answer === 'number') return item.type === 'decimal' ? { valueDecimal: answer } : { valueInteger: answer };
  return { valueString: answer };
}
