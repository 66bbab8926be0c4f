import type { QuestionnaireItem } from 'fhir/r4.js';
import { deepFreeze } from './deep-freeze.js';
import { frequencyItem, frequencyStem } from './frequency-items.js';
import type { Instrument } from './instrument.js';
import { weightOf } from './option-weight.js';
import { LOINC, LOINC_NOTICE, PFIZER_NOTICE, publication } from './publication.js';

/** Item 9 asks about thoughts of death and self-harm. It is optional: a blank one is unknown, not "not at all". */
export const PHQ_9_ITEM_9 = '/44260-8';

const items: QuestionnaireItem[] = (
  [
    ['44250-9', 'Little interest or pleasure in doing things'],
    ['44255-8', 'Feeling down, depressed, or hopeless'],
    ['44259-0', 'Trouble falling or staying asleep, or sleeping too much'],
    ['44254-1', 'Feeling tired or having little energy'],
    ['44251-7', 'Poor appetite or overeating'],
    ['44258-2', 'Feeling bad about yourself - or that you are a failure or have let yourself or your family down'],
    ['44252-5', 'Trouble concentrating on things, such as reading the newspaper or watching television'],
    [
      '44253-3',
      'Moving or speaking so slowly that other people could have noticed. Or the opposite - being so fidgety or restless that you have been moving around a lot more than usual',
    ],
    ['44260-8', 'Thoughts that you would be better off dead, or of hurting yourself in some way'],
  ] as const
).map(([loinc, text], index) => frequencyItem(loinc, index + 1, text, `/${loinc}` !== PHQ_9_ITEM_9));

const difficulty: QuestionnaireItem = {
  linkId: '/69722-7',
  code: [{ system: LOINC, code: '69722-7' }],
  prefix: '10.',
  text: 'If you checked off any problems, how difficult have these problems made it for you to do your work, take care of things at home, or get along with other people?',
  type: 'choice',
  required: false,
  // Each answer that counts is listed with "=", since systems differ on whether "!=" holds where there is no answer.
  enableWhen: items.flatMap(({ linkId, answerOption = [] }) =>
    answerOption
      .filter((option) => weightOf(option) !== 0)
      .map(({ valueCoding }) => ({
        question: linkId,
        operator: '=' as const,
        answerCoding: { system: LOINC, code: valueCoding?.code },
      })),
  ),
  enableBehavior: 'any',
  // LOINC numbers these answers out of order: LA6575-0 is "Very", LA6574-3 is "Extremely".
  answerOption: [
    { valueCoding: { system: LOINC, code: 'LA6572-7', display: 'Not difficult at all' } },
    { valueCoding: { system: LOINC, code: 'LA6573-5', display: 'Somewhat difficult' } },
    { valueCoding: { system: LOINC, code: 'LA6575-0', display: 'Very difficult' } },
    { valueCoding: { system: LOINC, code: 'LA6574-3', display: 'Extremely difficult' } },
  ],
};

/**
 * Patient Health Questionnaire 9, verbatim.
 * Total 0 to 27 and bands: Kroenke, Spitzer, Williams 2001, doi 10.1046/j.1525-1497.2001.016009606.x
 */
export const phq9: Instrument = deepFreeze({
  questionnaire: {
    ...publication('phq-9', '1.0.0', '2026-11-21'),
    name: 'PHQ9',
    title: 'Patient Health Questionnaire (PHQ-9)',
    description:
      'Nine problems of the last two weeks, each rated by how often it bothered, and how difficult they made daily life.',
    code: [{ system: LOINC, code: '44249-1' }],
    copyright: `${PFIZER_NOTICE} ${LOINC_NOTICE}`,
    item: [frequencyStem(), ...items, difficulty],
  },
  scoring: {
    items: items.map(({ linkId }) => linkId),
    bands: [
      { from: 0, label: 'minimal' },
      { from: 5, label: 'mild' },
      { from: 10, label: 'moderate' },
      { from: 15, label: 'moderately severe' },
      { from: 20, label: 'severe' },
    ],
    limitations: [
      'The PHQ-9 is a self-report screen for depressive symptoms; a clinician decides what its total means for this person.',
      'Item 9 is one screening question and no assessment of suicide risk.',
    ],
  },
});
