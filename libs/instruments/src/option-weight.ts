import type { Coding, QuestionnaireItem, QuestionnaireItemAnswerOption } from 'fhir/r4.js';

/** R4's extension for the numeric value of an answer option. https://hl7.org/fhir/R4/extension-ordinalvalue.html */
const ORDINAL_VALUE = 'http://hl7.org/fhir/StructureDefinition/ordinalValue';

/** A coded answer option that counts `weight` points. */
export function weightedOption(system: string, code: string, display: string, weight: number) {
  return {
    extension: [{ url: ORDINAL_VALUE, valueDecimal: weight }],
    valueCoding: { system, code, display },
  } satisfies QuestionnaireItemAnswerOption;
}

/** The points of an option as published; `undefined` where it has none. */
export function weightOf(option: QuestionnaireItemAnswerOption): number | undefined {
  return option.extension?.find(({ url }) => url === ORDINAL_VALUE)?.valueDecimal;
}

/** The option of `item` with the coding's system **and** code. What a client sent as display or weight has no say. */
export function findOption(item: QuestionnaireItem, coding: Coding): QuestionnaireItemAnswerOption | undefined {
  return item.answerOption?.find(
    ({ valueCoding }) => valueCoding?.system === coding.system && valueCoding?.code === coding.code,
  );
}
