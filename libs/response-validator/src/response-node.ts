import type { CompiledItem, CompiledQuestionnaire } from './compiled-questionnaire.js';
import { VALUE_ELEMENTS } from './fhir-elements.js';
import { ROOT_EXPRESSION, type Place } from './issue.js';
import { isJsonObject, listOf, type JsonObject } from './json.js';

/** One answer in a response. */
export interface AnswerNode {
  readonly expression: string;
  readonly value: JsonObject;
  /** The value[x] elements that it has; one in a correct answer. */
  readonly values: readonly (readonly [name: string, value: unknown])[];
}

/** One item in a response, and the item of the questionnaire that it answers. */
export interface ResponseNode {
  readonly expression: string;
  readonly value: JsonObject;
  /** `undefined` where the questionnaire has no such linkId. */
  readonly definition: CompiledItem | undefined;
  /** The item that it stands in; `undefined` at the top. */
  readonly parent: ResponseNode | undefined;
  readonly answers: readonly AnswerNode[];
}

/** Where a node is, for a finding. */
export function placeOf({ expression, definition }: ResponseNode): Place {
  return { expression, linkId: definition?.linkId };
}

/** Where an answer of a node is, for a finding. */
export function placeOfAnswer(node: ResponseNode, answer: AnswerNode): Place {
  return { expression: answer.expression, linkId: node.definition?.linkId };
}

type Pending = Pick<ResponseNode, 'expression' | 'value' | 'parent'>;

/** Every item of a response in document order. What is no object is passed over; the structure rule reports it. */
export function findNodes(questionnaire: CompiledQuestionnaire, response: JsonObject): ResponseNode[] {
  const nodes: ResponseNode[] = [];
  const pending = itemsIn(response, ROOT_EXPRESSION, undefined).reverse();
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { linkId } = next.value;
    const answers = answersIn(next);
    const node = {
      ...next,
      answers,
      definition: typeof linkId === 'string' ? questionnaire.items.get(linkId) : undefined,
    };
    nodes.push(node);
    const children = [
      ...itemsIn(node.value, node.expression, node),
      ...answers.flatMap(({ value, expression }) => itemsIn(value, expression, node)),
    ];
    pending.push(...children.reverse());
  }
  return nodes;
}

function itemsIn(holder: JsonObject, path: string, parent: ResponseNode | undefined): Pending[] {
  return listOf(holder.item).flatMap((value, index) =>
    isJsonObject(value) ? [{ value, expression: `${path}.item[${index}]`, parent }] : [],
  );
}

function answersIn({ value, expression }: Pending): AnswerNode[] {
  return listOf(value.answer).flatMap((answer, index) => {
    if (!isJsonObject(answer)) return [];
    const values = Object.entries(answer).filter(([name]) => VALUE_ELEMENTS.has(name));
    return [{ value: answer, expression: `${expression}.answer[${index}]`, values }];
  });
}
