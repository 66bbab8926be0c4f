import {
  optionKey,
  type CompiledCondition,
  type CompiledItem,
  type CompiledQuestionnaire,
} from './compiled-questionnaire.js';
import type { AnswerNode, ResponseNode } from './response-node.js';

/** Tells whether an item of the questionnaire applies, given the answers of a response. */
export type Enablement = (item: CompiledItem) => boolean;

/**
 * Decides enableWhen as R4 defines it: any answer that satisfies a condition counts, no answer satisfies none
 * (`!=` included), and an item in a disabled one is disabled. Answers to disabled questions count for nothing.
 * The answers of the whole response count; repeating groups are not yet told apart.
 */
export function createEnablement(questionnaire: CompiledQuestionnaire, nodes: readonly ResponseNode[]): Enablement {
  const answers = new Map<string, AnswerNode[]>();
  for (const { definition, answers: own } of nodes) {
    if (definition) answers.set(definition.linkId, [...(answers.get(definition.linkId) ?? []), ...own]);
  }
  const known = new Map<CompiledItem, boolean>();
  const isEnabled: Enablement = (item) => {
    const decided = known.get(item) ?? decide(item);
    known.set(item, decided);
    return decided;
  };
  const decide = (item: CompiledItem): boolean => {
    if (item.parent && !isEnabled(item.parent)) return false;
    if (item.enableWhen.length === 0) return true;
    return item.enableBehavior === 'any' ? item.enableWhen.some(holds) : item.enableWhen.every(holds);
  };
  const holds = (condition: CompiledCondition): boolean => {
    const question = questionnaire.items.get(condition.question);
    const given = question && isEnabled(question) ? (answers.get(question.linkId) ?? []) : [];
    const values = given.flatMap((answer) => answer.values.filter(([name]) => name === condition.name));
    if (condition.operator === 'exists') return given.some(({ values: own }) => own.length > 0) === condition.expected;
    return values.some(([, value]) => compare(condition, value));
  };
  return isEnabled;
}

function compare({ operator, expected }: CompiledCondition, actual: unknown): boolean {
  if (operator === '=' || operator === '!=') {
    const same = typeof expected === 'string' ? optionKey(actual) === expected : actual === expected;
    return same === (operator === '=');
  }
  if (typeof actual !== 'number' || typeof expected !== 'number') return false;
  if (operator === '>') return actual > expected;
  if (operator === '>=') return actual >= expected;
  return operator === '<' ? actual < expected : actual <= expected;
}
