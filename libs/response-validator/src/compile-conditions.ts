import type { QuestionnaireItem, QuestionnaireItemEnableWhen } from 'fhir/r4.js';
import { optionKey, type CompiledCondition, type CompiledItem } from './compiled-questionnaire.js';
import { QuestionnaireError } from './questionnaire-error.js';

/** answer[x] that can be compared, and the value[x] of an answer it compares to. */
const COMPARABLE: Readonly<Record<string, string>> = {
  answerBoolean: 'valueBoolean',
  answerDecimal: 'valueDecimal',
  answerInteger: 'valueInteger',
  answerDate: 'valueDate',
  answerDateTime: 'valueDateTime',
  answerTime: 'valueTime',
  answerString: 'valueString',
  answerCoding: 'valueCoding',
};

const ORDERED = new Set(['answerDecimal', 'answerInteger']);

/** The conditions of an item's enableWhen. @throws QuestionnaireError where one cannot be decided */
export function compileConditions({ linkId, enableWhen = [], enableBehavior }: QuestionnaireItem): CompiledCondition[] {
  // R4's que-12 tests for more than two by mistake; its text says more than one.
  if (enableWhen.length > 1 && !enableBehavior) {
    throw new QuestionnaireError(`que-12: ${linkId} has several conditions and no enableBehavior.`);
  }
  return enableWhen.map((condition) => compileCondition(linkId, condition));
}

function compileCondition(linkId: string, condition: QuestionnaireItemEnableWhen): CompiledCondition {
  const { question, operator } = condition;
  const [answer] = Object.entries(condition).filter(([key]) => key.startsWith('answer'));
  const name = answer && COMPARABLE[answer[0]];
  if (!answer || !name) throw new QuestionnaireError(`${linkId} has a condition on an answer that cannot be compared.`);
  const expected: unknown = answer[1];
  if (operator === 'exists' && typeof expected !== 'boolean') {
    throw new QuestionnaireError(`que-7: ${linkId} tests "exists" with no boolean.`);
  }
  if (!['exists', '=', '!='].includes(operator) && !ORDERED.has(answer[0])) {
    throw new QuestionnaireError(`${linkId} orders answers that are no numbers.`);
  }
  if (typeof expected === 'boolean' || typeof expected === 'number') return { question, operator, name, expected };
  return { question, operator, name, expected: optionKey(expected) };
}

/** @throws QuestionnaireError where an item depends on itself, directly, through others or through its parents */
export function assertNoCycles(items: ReadonlyMap<string, CompiledItem>): void {
  const settled = new Set<string>();
  const visit = (linkId: string, path: ReadonlySet<string>): void => {
    if (path.has(linkId)) throw new QuestionnaireError(`${linkId} depends on itself.`);
    if (settled.has(linkId)) return;
    const { enableWhen = [], parent } = items.get(linkId) ?? {};
    const onPath = new Set([...path, linkId]);
    for (const { question } of enableWhen) visit(question, onPath);
    if (parent) visit(parent.linkId, onPath);
    settled.add(linkId);
  };
  for (const linkId of items.keys()) visit(linkId, new Set());
}
