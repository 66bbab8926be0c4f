import { composeResponse, findQuestionnaire, resolveCanonical, type Answers } from '@epro/instruments';
import type { Questionnaire, QuestionnaireItem, QuestionnaireResponse } from 'fhir/r4.js';
import { checkSubmission, compileQuestionnaire, validateResponse, type Issue } from '../index.js';

export const PATIENT = 'AUR-0001';

/** A published questionnaire. */
export function published(id: string): Questionnaire {
  const questionnaire = findQuestionnaire(id);
  if (!questionnaire) throw new Error(`${id} is not published`);
  return questionnaire;
}

/** A questionnaire made of the given items, for what the published ones do not use. */
export function made(...item: QuestionnaireItem[]): Questionnaire {
  return {
    resourceType: 'Questionnaire',
    status: 'active',
    id: 'made',
    url: 'https://epro.example/made',
    version: '1',
    item,
  };
}

/** A PHQ-9 with every item but the difficulty at zero, and `answers` over it. */
export function phq9(answers: Answers = {}): QuestionnaireResponse {
  const questionnaire = published('phq-9');
  const asked = questionnaire.item?.filter(({ prefix }) => prefix && prefix !== '10.') ?? [];
  const zeros = Object.fromEntries(asked.map(({ linkId }) => [linkId, 0]));
  return composeResponse(questionnaire, { ...zeros, ...answers }, { patientId: PATIENT });
}

/** A diary without complaints, and `answers` over it. */
export function diary(answers: Answers = {}): QuestionnaireResponse {
  const none = { pain: 0, tiredness: 0, stomach: 0, sleep: 0, dizziness: 0, mood: 0, 'dose-taken': true };
  return composeResponse(published('daily-symptom-diary'), { ...none, ...answers }, { patientId: PATIENT });
}

/** A response to a made questionnaire. */
export function respond(...item: unknown[]) {
  return {
    resourceType: 'QuestionnaireResponse',
    questionnaire: 'https://epro.example/made|1',
    status: 'completed',
    item,
  };
}

/** What is found in a response to a made questionnaire. */
export function issuesIn(questionnaire: Questionnaire, response: object): Issue[] {
  return validateResponse(compileQuestionnaire(questionnaire), { ...response }, { patientId: PATIENT });
}

/** What is found in a submission to the published questionnaires. */
export function issuesOf(submission: unknown): Issue[] {
  const bytes = submission instanceof Uint8Array ? submission : new TextEncoder().encode(JSON.stringify(submission));
  const resolve = (canonical: string) => {
    const questionnaire = resolveCanonical(canonical);
    return questionnaire && compileQuestionnaire(questionnaire);
  };
  return checkSubmission(bytes, { resolve, patientId: PATIENT }).issues;
}

/** Rule, place and linkId of each finding. */
export function found(issues: readonly Issue[]) {
  return issues.map(({ rule, expression, linkId }) => [rule, expression, linkId]);
}
