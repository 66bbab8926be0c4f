import type { Questionnaire, QuestionnaireResponse } from 'fhir/r4.js';
import { answerPoints } from './answer-points.js';
import { phq9, PHQ_9_ITEM_9 } from './phq-9.js';
import { answersTo, itemsByLinkId } from './read-answers.js';
import { scoredPoints } from './score-response.js';

/** A safety rule that a response triggered. */
export interface SafetyAlert {
  /** Stable id of the rule. */
  rule: string;
  level: 'high' | 'critical';
}

interface SafetyRule extends SafetyAlert {
  /** Canonical URL, without the version, of the questionnaire that it watches. */
  url: string | undefined;
  triggers: (questionnaire: Questionnaire, response: QuestionnaireResponse) => boolean;
}

const SEVERE_TOTAL = 20;

const rules: readonly SafetyRule[] = [
  {
    rule: 'phq9-item9',
    level: 'critical',
    url: phq9.questionnaire.url,
    // Any answer above zero counts, also where there are several: this rule looks for a reason to call.
    triggers: (questionnaire, response) => {
      const item = itemsByLinkId(questionnaire.item).get(PHQ_9_ITEM_9);
      return answersTo(response, PHQ_9_ITEM_9).some((answer) => item && (answerPoints(item, answer) ?? 0) >= 1);
    },
  },
  {
    rule: 'phq9-severe-total',
    level: 'high',
    url: phq9.questionnaire.url,
    // Blank items can only add to the sum: where the rest reaches the threshold, the total would too.
    triggers: (questionnaire, response) => {
      const { points } = scoredPoints(questionnaire, response);
      return points.reduce((sum, value) => sum + value, 0) >= SEVERE_TOTAL;
    },
  },
];

/**
 * The alerts that a response raises, most urgent first. Pure and fast: it runs inside the transaction that stores the
 * response, so that an alert never depends on another service.
 *
 * @throws RangeError where the questionnaire is not one of this library's
 */
export function evaluateSafetyRules(questionnaire: Questionnaire, response: QuestionnaireResponse): SafetyAlert[] {
  return rules
    .filter(({ url, triggers }) => url === questionnaire.url && triggers(questionnaire, response))
    .map(({ rule, level }) => ({ rule, level }));
}
