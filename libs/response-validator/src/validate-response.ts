import type { CompiledQuestionnaire } from './compiled-questionnaire.js';
import { createEnablement } from './enablement.js';
import { issue, ROOT_EXPRESSION, type Issue } from './issue.js';
import type { JsonObject } from './json.js';
import { findNodes } from './response-node.js';
import type { Rule, ValidationContext } from './rule.js';
import { answerRule } from './rules/answer.rule.js';
import { authoredRule } from './rules/authored.rule.js';
import { enablementRule } from './rules/enablement.rule.js';
import { duplicateRule, linkRule } from './rules/link.rule.js';
import { requiredRule } from './rules/required.rule.js';
import { statusRule } from './rules/status.rule.js';
import { structureRule } from './rules/structure.rule.js';
import { subjectRule } from './rules/subject.rule.js';
import { valueRule } from './rules/value.rule.js';

/** Every rule; adding one here is all that a new rule needs. Findings come in this order, errors before warnings. */
const RULES: readonly Rule[] = [
  structureRule,
  statusRule,
  subjectRule,
  authoredRule,
  linkRule,
  duplicateRule,
  answerRule,
  valueRule,
  requiredRule,
  enablementRule,
];

/** More would help nobody, and a hostile response must not make a long answer. */
const MOST_ISSUES = 100;

/**
 * Checks a response against the questionnaire version that it answers.
 *
 * @param response what {@link readSubmission} gave: its size and depth are bounded
 * @returns every finding; without an error among them the response is accepted
 * @throws only on a defect of the validator itself; nobody may take that for "valid"
 */
export function validateResponse(
  questionnaire: CompiledQuestionnaire,
  response: JsonObject,
  context: ValidationContext,
): Issue[] {
  const nodes = findNodes(questionnaire, response);
  const input = { questionnaire, response, nodes, isEnabled: createEnablement(questionnaire, nodes), context };
  return limited(RULES.flatMap((rule) => rule(input)));
}

function limited(issues: Issue[]): Issue[] {
  const [errors, warnings] = [issues.filter(isError), issues.filter((one) => !isError(one))];
  const sorted = [...errors, ...warnings];
  if (sorted.length <= MOST_ISSUES) return sorted;
  const message = `There are ${sorted.length} findings; the first ${MOST_ISSUES} are listed. Correct these and send again.`;
  const more = issue('EPRO-CAP-004', { expression: ROOT_EXPRESSION }, message, 'warning');
  return [...sorted.slice(0, MOST_ISSUES), more];
}

const isError = ({ severity }: Issue) => severity === 'error';
