export { composeResponse, type Answers, type ComposeOptions } from './compose-response.js';
export type { Instrument, Scoring, SeverityBand } from './instrument.js';
export { findQuestionnaire, instruments, latestQuestionnaires, questionnaires, resolveCanonical } from './published.js';
export { canonicalOf, createQuestionnaireRegistry, type QuestionnaireRegistry } from './questionnaire-registry.js';
export { evaluateSafetyRules, type SafetyAlert } from './safety-rules.js';
export { SCORING_ALGORITHM, scoreResponse, scoringOf, type Score } from './score-response.js';
