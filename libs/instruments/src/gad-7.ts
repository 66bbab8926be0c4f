import type { QuestionnaireItem } from 'fhir/r4.js';
import { deepFreeze } from './deep-freeze.js';
import { frequencyItem, frequencyStem } from './frequency-items.js';
import type { Instrument } from './instrument.js';
import { LOINC, LOINC_NOTICE, PFIZER_NOTICE, publication } from './publication.js';

const items: QuestionnaireItem[] = (
  [
    ['69725-0', 'Feeling nervous, anxious or on edge'],
    ['68509-9', 'Not being able to stop or control worrying'],
    ['69733-4', 'Worrying too much about different things'],
    ['69734-2', 'Trouble relaxing'],
    ['69735-9', 'Being so restless that it is hard to sit still'],
    ['69689-8', 'Becoming easily annoyed or irritable'],
    ['69736-7', 'Feeling afraid as if something awful might happen'],
  ] as const
).map(([loinc, text], index) => frequencyItem(loinc, index + 1, text, true));

/**
 * Generalized Anxiety Disorder 7, verbatim.
 * Total 0 to 21 and bands: Spitzer, Kroenke, Williams, Löwe 2006, doi 10.1001/archinte.166.10.1092
 */
export const gad7: Instrument = deepFreeze({
  questionnaire: {
    ...publication('gad-7', '1.0.0', '2026-11-21'),
    name: 'GAD7',
    title: 'Generalized Anxiety Disorder 7 (GAD-7)',
    description: 'Seven problems of the last two weeks, each rated by how often it bothered.',
    code: [{ system: LOINC, code: '69737-5' }],
    copyright: `${PFIZER_NOTICE} ${LOINC_NOTICE}`,
    item: [frequencyStem(), ...items],
  },
  scoring: {
    items: items.map(({ linkId }) => linkId),
    bands: [
      { from: 0, label: 'minimal' },
      { from: 5, label: 'mild' },
      { from: 10, label: 'moderate' },
      { from: 15, label: 'severe' },
    ],
    limitations: [
      'The GAD-7 is a self-report screen for anxiety symptoms; a clinician decides what its total means for this person.',
    ],
  },
});
