import type { Answers } from '@epro/instruments';
import type { Questionnaire, QuestionnaireItem } from 'fhir/r4.js';

/**
 * Answers to a questionnaire, the same ones each time: for each question another option than for the one before, so
 * that there is something to score. Texts are left out, and questions that the answers do not ask for.
 */
export function demoAnswers({ item = [] }: Questionnaire): Answers {
  const answers: Record<string, string | number | boolean> = {};
  const asked = questionsIn(item).filter(({ type }) => type !== 'display' && type !== 'group');
  asked.forEach((question, index) => {
    if (!isAsked(question, answers)) return;
    const answer = answerTo(question, index);
    if (answer !== undefined) answers[question.linkId] = answer;
  });
  return answers;
}

/** Answers that leave the first required question open. */
export function incompleteAnswers(questionnaire: Questionnaire): Answers {
  const answers = { ...demoAnswers(questionnaire) };
  const required = questionsIn(questionnaire.item ?? []).find((question) => question.required);
  if (required) delete answers[required.linkId];
  return answers;
}

function questionsIn(items: readonly QuestionnaireItem[]): QuestionnaireItem[] {
  return items.flatMap((item) => [item, ...questionsIn(item.item ?? [])]);
}

function answerTo({ type, answerOption, extension }: QuestionnaireItem, index: number) {
  if (type === 'choice') {
    const options = (answerOption ?? []).flatMap(({ valueCoding }) => valueCoding?.code ?? []);
    return options[(index + 1) % options.length];
  }
  if (type === 'boolean') return true;
  if (type === 'integer') {
    return extension?.find(({ url }) => url.endsWith('/minValue'))?.valueInteger ?? 0;
  }
  return undefined;
}

/** Whether earlier answers make this question one that is asked. Other conditions than equality are taken as not met. */
function isAsked({ enableWhen, enableBehavior }: QuestionnaireItem, answers: Answers): boolean {
  if (!enableWhen || enableWhen.length === 0) return true;
  const met = ({ question, operator, answerCoding, answerBoolean }: (typeof enableWhen)[number]) =>
    operator === '=' && answers[question] !== undefined && answers[question] === (answerCoding?.code ?? answerBoolean);
  return enableBehavior === 'any' ? enableWhen.some(met) : enableWhen.every(met);
}
