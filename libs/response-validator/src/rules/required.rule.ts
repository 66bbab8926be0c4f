import type { CompiledItem } from '../compiled-questionnaire.js';
import { issue, ROOT_EXPRESSION, type Issue } from '../issue.js';
import type { ResponseNode } from '../response-node.js';
import type { Rule } from '../rule.js';

/** While a form is unfinished, what is missing is worth a word but no reason to refuse it. */
const UNFINISHED: readonly unknown[] = ['in-progress', 'stopped', 'entered-in-error'];

/** EPRO-REQ-001: required items that apply are answered; those in a group or question that is absent are not asked. */
export const requiredRule: Rule = ({ questionnaire, response, nodes, isEnabled }) => {
  const severity = UNFINISHED.includes(response.status) ? 'warning' : 'error';
  const childrenOf = Map.groupBy(nodes, ({ parent }) => parent);
  const missingIn = (asked: readonly CompiledItem[], holder: ResponseNode | undefined): Issue[] =>
    asked
      .filter((item) => item.required && isEnabled(item))
      .flatMap((item) => {
        const sent = (childrenOf.get(holder) ?? []).filter(({ definition }) => definition === item);
        if (sent.some((node) => isAnswered(node, childrenOf.get(node)))) return [];
        const expression = (sent[0] ?? holder)?.expression ?? ROOT_EXPRESSION;
        const place = { expression, linkId: item.linkId };
        return [issue('EPRO-REQ-001', place, `The item ${item.linkId} must be answered. Answer it.`, severity)];
      });
  const holders = nodes.filter((node) => isAnswered(node, childrenOf.get(node)));
  return [
    ...missingIn(questionnaire.roots, undefined),
    ...holders.flatMap((node) => missingIn(node.definition?.children ?? [], node)),
  ];
};

function isAnswered({ definition, answers }: ResponseNode, children: readonly ResponseNode[] = []): boolean {
  return definition?.type === 'group' ? children.length > 0 : answers.some(({ values }) => values.length > 0);
}
