import type { Questionnaire, QuestionnaireItem, QuestionnaireItemAnswerOption } from 'fhir/r4.js';
import type { CompiledItem, CompiledQuestionnaire } from './compiled-questionnaire.js';
import { optionKey } from './compiled-questionnaire.js';
import { compileConditions, assertNoCycles } from './compile-conditions.js';
import { VALUE_ELEMENTS } from './fhir-elements.js';
import { QuestionnaireError } from './questionnaire-error.js';

/** value[x] of each question type; a choice takes those of its options. */
const VALUE_NAME: Readonly<Record<string, string>> = {
  boolean: 'valueBoolean',
  decimal: 'valueDecimal',
  integer: 'valueInteger',
  date: 'valueDate',
  dateTime: 'valueDateTime',
  time: 'valueTime',
  string: 'valueString',
  text: 'valueString',
  url: 'valueUri',
  attachment: 'valueAttachment',
  reference: 'valueReference',
  quantity: 'valueQuantity',
};

/**
 * Prepares a questionnaire version once for all the responses to it.
 *
 * @throws QuestionnaireError where the questionnaire contradicts itself or uses what the validator does not check:
 * what cannot be validated must not be published
 */
export function compileQuestionnaire(questionnaire: Questionnaire): CompiledQuestionnaire {
  const { id, url, version } = questionnaire;
  if (!id || !url || !version) throw new QuestionnaireError('A published questionnaire has an id, url and version.');
  const items = new Map<string, CompiledItem>();
  const compile = (source: readonly QuestionnaireItem[] = [], parent?: CompiledItem): CompiledItem[] =>
    source.map((item) => {
      if (items.has(item.linkId)) throw new QuestionnaireError(`que-2: linkId ${item.linkId} is used twice.`);
      const children: CompiledItem[] = [];
      const compiled = compileItem(item, parent, children);
      items.set(item.linkId, compiled);
      children.push(...compile(item.item, compiled));
      return compiled;
    });
  const roots = compile(questionnaire.item);
  for (const { enableWhen, linkId } of items.values()) {
    for (const { question } of enableWhen) {
      if (!items.has(question)) throw new QuestionnaireError(`${linkId} depends on ${question}, which does not exist.`);
    }
  }
  assertNoCycles(items);
  return { id, url, version, roots, items };
}

function compileItem(
  item: QuestionnaireItem,
  parent: CompiledItem | undefined,
  children: CompiledItem[],
): CompiledItem {
  const isGroup = item.type === 'group';
  if (isGroup && !item.item?.length) throw new QuestionnaireError(`que-1: the group ${item.linkId} has no items.`);
  if (item.type === 'display' && item.item?.length) throw new QuestionnaireError(`que-1: ${item.linkId} has items.`);
  if (item.answerValueSet)
    throw new QuestionnaireError(`${item.linkId} uses answerValueSet; list its options instead.`);
  return {
    linkId: item.linkId,
    type: item.type,
    required: item.required === true && item.type !== 'display',
    repeats: item.repeats === true,
    parent,
    children,
    valueNames: valueNames(item),
    options: item.answerOption && new Set(item.answerOption.map((option) => optionKey(optionValue(option)[1]))),
    minValue: limit(item, 'minValue') ?? -Infinity,
    maxValue: limit(item, 'maxValue') ?? Infinity,
    maxLength: item.maxLength ?? Infinity,
    enableWhen: compileConditions(item),
    enableBehavior: item.enableBehavior ?? 'all',
  };
}

function valueNames(item: QuestionnaireItem): Set<string> {
  if (item.type === 'group' || item.type === 'display') return new Set();
  if (item.type !== 'choice' && item.type !== 'open-choice') {
    const name = VALUE_NAME[item.type];
    if (!name) throw new QuestionnaireError(`${item.linkId} has a type that R4 does not have.`);
    return new Set([name]);
  }
  if (!item.answerOption?.length) throw new QuestionnaireError(`The choice ${item.linkId} has no options.`);
  const names = item.answerOption.map((option) => optionValue(option)[0]);
  return new Set(item.type === 'open-choice' ? [...names, 'valueString'] : names);
}

function optionValue(option: QuestionnaireItemAnswerOption): [name: string, value: unknown] {
  const found = Object.entries(option).find(([name]) => VALUE_ELEMENTS.has(name));
  if (!found) throw new QuestionnaireError('An answer option has no value.');
  return found;
}

function limit(item: QuestionnaireItem, name: 'minValue' | 'maxValue'): number | undefined {
  const extension = item.extension?.find(({ url }) => url === `http://hl7.org/fhir/StructureDefinition/${name}`);
  if (!extension) return undefined;
  const value = extension.valueInteger ?? extension.valueDecimal;
  if (value === undefined) throw new QuestionnaireError(`${item.linkId} has a ${name} that is no number.`);
  return value;
}
