export { checkSubmission, type SubmissionCheck, type SubmissionContext } from './check-submission.js';
export { compileQuestionnaire } from './compile-questionnaire.js';
export type { CompiledItem, CompiledQuestionnaire } from './compiled-questionnaire.js';
export { RULE_CATALOGUE, type Issue, type RuleId } from './issue.js';
export { QuestionnaireError } from './questionnaire-error.js';
export { readSubmission, SUBMISSION_LIMITS, type ReadSubmission } from './read-submission.js';
export type { ValidationContext } from './rule.js';
export { validateResponse } from './validate-response.js';
