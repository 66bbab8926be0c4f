import type { QuestionnaireItem } from 'fhir/r4.js';
import { deepFreeze } from './deep-freeze.js';
import type { Instrument } from './instrument.js';
import { weightedOption } from './option-weight.js';
import { FHIR_BASE, LOINC, LOINC_NOTICE, publication } from './publication.js';

const BURDEN_SYSTEM = `${FHIR_BASE}/CodeSystem/symptom-burden`;
const REASON_SYSTEM = `${FHIR_BASE}/CodeSystem/dose-missed-reason`;

const pain: QuestionnaireItem = {
  linkId: 'pain',
  code: [{ system: LOINC, code: '72514-3' }],
  text: 'How strong was your worst pain today? 0 is no pain, 10 is the worst pain you can imagine.',
  type: 'integer',
  required: true,
  extension: [
    { url: 'http://hl7.org/fhir/StructureDefinition/minValue', valueInteger: 0 },
    { url: 'http://hl7.org/fhir/StructureDefinition/maxValue', valueInteger: 10 },
  ],
};

const symptoms: QuestionnaireItem[] = (
  [
    ['tiredness', 'How much did tiredness hold you back today?'],
    ['stomach', 'How much did an upset stomach bother you today?'],
    ['sleep', 'How much did last night’s sleep leave you unrested today?'],
    ['dizziness', 'How much did dizziness or light-headedness bother you today?'],
    ['mood', 'How much did low spirits weigh on you today?'],
  ] as const
).map(([linkId, text]) => ({
  linkId,
  text,
  type: 'choice',
  required: true,
  answerOption: [
    weightedOption(BURDEN_SYSTEM, 'none', 'I did not notice it', 0),
    weightedOption(BURDEN_SYSTEM, 'slight', 'I noticed it now and then', 1),
    weightedOption(BURDEN_SYSTEM, 'clear', 'It was there most of the day', 2),
    weightedOption(BURDEN_SYSTEM, 'strong', 'It changed what I could do', 3),
    weightedOption(BURDEN_SYSTEM, 'extreme', 'It stopped me from doing anything', 4),
  ],
}));

const doseTaken: QuestionnaireItem = {
  linkId: 'dose-taken',
  text: 'Did you take your study medicine today as planned?',
  type: 'boolean',
  required: true,
};

const doseMissedReason: QuestionnaireItem = {
  linkId: 'dose-missed-reason',
  text: 'What was the main reason that you did not take it as planned?',
  type: 'choice',
  required: true,
  enableWhen: [{ question: 'dose-taken', operator: '=', answerBoolean: false }],
  answerOption: (
    [
      ['forgot', 'I forgot'],
      ['unwell', 'I felt too unwell'],
      ['side-effects', 'I was worried about side effects'],
      ['no-supply', 'I had none left or not with me'],
      ['told-to-pause', 'My study site told me to pause'],
      ['other', 'Another reason'],
    ] as const
  ).map(([code, display]) => ({ valueCoding: { system: REASON_SYSTEM, code, display } })),
};

const note: QuestionnaireItem = {
  linkId: 'note',
  text: 'Is there anything else about today that your study site should know?',
  type: 'text',
  required: false,
  maxLength: 1000,
};

/** A short daily diary in our own words. Its total is descriptive and has not been clinically validated. */
export const dailySymptomDiary: Instrument = deepFreeze({
  questionnaire: {
    ...publication('daily-symptom-diary', '1.0.0', '2026-11-21'),
    name: 'DailySymptomDiary',
    title: 'Daily symptom diary',
    description:
      'Worst pain, five symptoms, whether the study medicine was taken, and a note. Written for this platform; not a clinically validated instrument.',
    copyright: `Written for the ePRO submission platform and licensed with it under Apache-2.0. ${LOINC_NOTICE}`,
    item: [pain, ...symptoms, doseTaken, doseMissedReason, note],
  },
  scoring: {
    items: [pain, ...symptoms].map(({ linkId }) => linkId),
    // Thirds of the range, and named as that: nobody has studied what they mean.
    bands: [
      { from: 0, label: 'none reported' },
      { from: 1, label: 'lower third of the range' },
      { from: 11, label: 'middle third of the range' },
      { from: 21, label: 'upper third of the range' },
    ],
    limitations: [
      'The diary total (0 to 30: pain 0 to 10 plus five symptoms 0 to 4) is this platform’s own and has not been clinically validated.',
      'Its bands only say where a total lies in that range; they are no grades of severity.',
    ],
  },
});
