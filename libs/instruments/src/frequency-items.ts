import type { QuestionnaireItem } from 'fhir/r4.js';
import { weightedOption } from './option-weight.js';
import { LOINC } from './publication.js';

/** linkId of the sentence that PHQ-9 and GAD-7 ask before their items. */
const STEM_LINK_ID = '/stem';

/** The question that PHQ-9 and GAD-7 share. */
export const frequencyStem = (): QuestionnaireItem => ({
  linkId: STEM_LINK_ID,
  text: 'Over the last 2 weeks, how often have you been bothered by any of the following problems?',
  type: 'display',
});

/** An item of PHQ-9 or GAD-7: one problem, rated 0 to 3 by how often it bothered (LOINC answer list LL358-3). */
export const frequencyItem = (loinc: string, number: number, text: string, required: boolean): QuestionnaireItem => ({
  linkId: `/${loinc}`,
  code: [{ system: LOINC, code: loinc }],
  prefix: `${number}.`,
  text,
  type: 'choice',
  required,
  answerOption: [
    weightedOption(LOINC, 'LA6568-5', 'Not at all', 0),
    weightedOption(LOINC, 'LA6569-3', 'Several days', 1),
    weightedOption(LOINC, 'LA6570-1', 'More than half the days', 2),
    weightedOption(LOINC, 'LA6571-9', 'Nearly every day', 3),
  ],
});
