import type { CompiledQuestionnaire } from './compiled-questionnaire.js';
import { issue, type Issue } from './issue.js';
import { readSubmission } from './read-submission.js';
import type { ValidationContext } from './rule.js';
import { validateResponse } from './validate-response.js';

export interface SubmissionContext extends ValidationContext {
  /** The published version that a canonical `url|version` names. */
  readonly resolve: (canonical: string) => CompiledQuestionnaire | undefined;
}

export interface SubmissionCheck {
  /** The version that the response answers; `undefined` where it names none that is published. */
  questionnaire: CompiledQuestionnaire | undefined;
  issues: Issue[];
}

const CANONICAL = { expression: 'QuestionnaireResponse.questionnaire' };

/** Everything from the bytes of a submission to its findings: read, find the questionnaire, apply the rules. */
export function checkSubmission(bytes: Uint8Array, { resolve, ...context }: SubmissionContext): SubmissionCheck {
  const { response, issues } = readSubmission(bytes);
  if (!response) return { questionnaire: undefined, issues };
  const { questionnaire: canonical } = response;
  if (typeof canonical !== 'string' || !/^[^|\s]+\|[^|\s]+$/.test(canonical)) {
    const message = 'The response does not say which questionnaire version it answers. Send its "url|version".';
    return { questionnaire: undefined, issues: [issue('EPRO-QNR-001', CANONICAL, message)] };
  }
  const questionnaire = resolve(canonical);
  if (!questionnaire) {
    const message =
      'The questionnaire version is not published here. Load the questionnaire again and fill in that one.';
    return { questionnaire: undefined, issues: [issue('EPRO-QNR-002', CANONICAL, message)] };
  }
  return { questionnaire, issues: validateResponse(questionnaire, response, context) };
}
