import { issue } from '../issue.js';
import { placeOf, type ResponseNode } from '../response-node.js';
import type { Rule } from '../rule.js';

/** EPRO-LNK-001 and -002: every item is one of the questionnaire's and stands where the questionnaire has it. */
export const linkRule: Rule = ({ nodes }) =>
  nodes.flatMap((node) => {
    const { definition, value } = node;
    if (!definition) {
      if (typeof value.linkId !== 'string') return []; // The structure rule says so.
      return [issue('EPRO-LNK-001', placeOf(node), 'The questionnaire has no item with this linkId. Remove the item.')];
    }
    if (isInPlace(node)) return [];
    const { linkId, parent } = definition;
    const where = parent ? `in the item ${parent.linkId}` : 'at the top of the response';
    return [issue('EPRO-LNK-002', placeOf(node), `The item ${linkId} stands in the wrong place. Move it ${where}.`)];
  });

/** An item in an unknown one is not blamed for it. */
function isInPlace({ definition, parent }: ResponseNode): boolean {
  if (parent && !parent.definition) return true;
  return definition?.parent === parent?.definition;
}

/** EPRO-LNK-003: one item a question; a repeating question has many answers, a repeating group many items. */
export const duplicateRule: Rule = ({ nodes }) => {
  const seen = new Map<ResponseNode | undefined, Set<string>>();
  return nodes.flatMap((node) => {
    const { definition, parent } = node;
    if (!definition) return [];
    const siblings = seen.get(parent) ?? new Set();
    seen.set(parent, siblings);
    const isRepeated = siblings.has(definition.linkId);
    siblings.add(definition.linkId);
    if (!isRepeated || (definition.type === 'group' && definition.repeats)) return [];
    const message = `The item ${definition.linkId} appears more than once. Send it once, with its answer.`;
    return [issue('EPRO-LNK-003', placeOf(node), message)];
  });
};
