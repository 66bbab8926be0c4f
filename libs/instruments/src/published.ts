import { dailySymptomDiary } from './daily-symptom-diary.js';
import { gad7 } from './gad-7.js';
import type { Instrument } from './instrument.js';
import { phq9 } from './phq-9.js';
import { createQuestionnaireRegistry } from './questionnaire-registry.js';

/** Every instrument version that this platform has published. A new version is added; none is changed or removed. */
export const instruments: readonly Instrument[] = Object.freeze([phq9, gad7, dailySymptomDiary]);

const registry = createQuestionnaireRegistry(instruments.map(({ questionnaire }) => questionnaire));

/** Every published questionnaire version: FHIR R4, deeply frozen. */
export const questionnaires = registry.all;

/** The latest version of each published questionnaire. */
export const latestQuestionnaires = registry.latest;

/** One published version by its short id, or the latest; `undefined` where there is none such. */
export const findQuestionnaire = registry.find;

/** The published version that a canonical `url|version` names; `undefined` where there is none such. */
export const resolveCanonical = registry.resolve;
