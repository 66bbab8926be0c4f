import { issue } from '../issue.js';
import { placeOf } from '../response-node.js';
import type { Rule } from '../rule.js';

/** EPRO-ENW-001: an answer to a question that was not asked is a mistake of the form, and nobody knows what it means. */
export const enablementRule: Rule = ({ nodes, isEnabled }) =>
  nodes
    .filter(({ definition, answers }) => definition && answers.length > 0 && !isEnabled(definition))
    .map((node) => {
      const linkId = node.definition?.linkId;
      const message = `The question ${linkId} does not apply, given the other answers. Remove its answer.`;
      return issue('EPRO-ENW-001', placeOf(node), message);
    });
