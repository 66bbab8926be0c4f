import { issue, type Issue } from '../issue.js';
import { placeOf, placeOfAnswer, type ResponseNode } from '../response-node.js';
import type { Rule } from '../rule.js';

/** EPRO-ANS-001, -002 and -003: what has answers, how many, and that each holds one value. */
export const answerRule: Rule = ({ nodes }) => nodes.flatMap((node) => [...checkForm(node), ...checkValues(node)]);

function checkForm(node: ResponseNode): Issue[] {
  const { definition, answers, value } = node;
  if (!definition) return [];
  const { linkId, type, repeats } = definition;
  const found: Issue[] = [];
  if (type === 'group' || type === 'display') {
    if (value.answer !== undefined) {
      found.push(issue('EPRO-ANS-002', placeOf(node), `The item ${linkId} is no question. Send it without an answer.`));
    }
  } else if (value.item !== undefined) {
    const message = `The question ${linkId} has items beside its answer. Put them in the answer.`;
    found.push(issue('EPRO-ANS-002', placeOf(node), message));
  }
  if (answers.length > 1 && !repeats) {
    found.push(issue('EPRO-ANS-003', placeOf(node), `The question ${linkId} takes one answer. Send only one.`));
  }
  return found;
}

function checkValues(node: ResponseNode): Issue[] {
  return node.answers
    .filter(({ values }) => values.length !== 1)
    .map((answer) =>
      issue(
        'EPRO-ANS-001',
        placeOfAnswer(node, answer),
        'The answer has no value or more than one. Send exactly one value.',
      ),
    );
}
