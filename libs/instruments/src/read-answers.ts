import type { QuestionnaireItem, QuestionnaireResponse, QuestionnaireResponseItemAnswer } from 'fhir/r4.js';

/** Every item of a questionnaire by its linkId. */
export function itemsByLinkId(items: readonly QuestionnaireItem[] = []): Map<string, QuestionnaireItem> {
  return new Map(items.flatMap((item) => [[item.linkId, item] as const, ...itemsByLinkId(item.item)]));
}

/**
 * Every answer to one item, wherever in the response it stands. It does not recurse and passes over what is not shaped
 * like FHIR: a safety rule must see an answer also in a response that is otherwise wrong.
 */
export function answersTo(response: QuestionnaireResponse, linkId: string): QuestionnaireResponseItemAnswer[] {
  const found: QuestionnaireResponseItemAnswer[] = [];
  const pending: unknown[] = [response];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== 'object' || node === null) continue;
    const { item, answer, linkId: own } = node as Record<string, unknown>;
    if (Array.isArray(item)) for (const one of item as unknown[]) pending.push(one);
    if (!Array.isArray(answer)) continue;
    for (const one of answer as unknown[]) pending.push(one);
    if (own === linkId) for (const one of answer.filter(isAnswer)) found.push(one);
  }
  return found;
}

const isAnswer = (value: unknown): value is QuestionnaireResponseItemAnswer =>
  typeof value === 'object' && value !== null;
