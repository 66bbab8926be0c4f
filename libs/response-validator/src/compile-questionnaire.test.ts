import type { QuestionnaireItem } from 'fhir/r4.js';
import { questionnaires } from '@epro/instruments';
import { describe, expect, it } from 'vitest';
import { compileQuestionnaire, QuestionnaireError } from './index.js';
import { made } from './testing/fixtures.js';

const a: QuestionnaireItem = { linkId: 'a', type: 'integer' };
const when = (question: string, rest: object = { operator: '=', answerInteger: 1 }) =>
  [{ question, ...rest }] as QuestionnaireItem['enableWhen'];

describe('compileQuestionnaire', () => {
  it.each(questionnaires.map((questionnaire) => [questionnaire.id, questionnaire] as const))(
    'takes %s',
    (id, questionnaire) => {
      const compiled = compileQuestionnaire(questionnaire);
      expect([compiled.id, compiled.url, compiled.version]).toEqual([id, questionnaire.url, '1.0.0']);
      expect([...compiled.items.keys()]).toEqual(questionnaire.item?.map(({ linkId }) => linkId));
    },
  );

  it.each<[string, QuestionnaireItem[], RegExp]>([
    ['a linkId used twice', [a, { linkId: 'g', type: 'group', item: [a] }], /que-2/],
    ['a group without items', [{ linkId: 'g', type: 'group' }], /que-1/],
    ['a display with items', [{ linkId: 'd', type: 'display', item: [a] }], /que-1/],
    [
      'two conditions without enableBehavior',
      [a, { linkId: 'b', type: 'string', enableWhen: [...(when('a') ?? []), ...(when('a') ?? [])] }],
      /que-12/,
    ],
    [
      'exists without a boolean',
      [a, { linkId: 'b', type: 'string', enableWhen: when('a', { operator: 'exists', answerInteger: 1 }) }],
      /que-7/,
    ],
    ['a condition on nothing', [{ linkId: 'b', type: 'string', enableWhen: when('zz') }], /does not exist/],
    ['a condition on itself', [{ ...a, enableWhen: when('a') }], /depends on itself/],
    [
      'conditions in a circle',
      [
        { ...a, enableWhen: when('b') },
        { linkId: 'b', type: 'integer', enableWhen: when('a') },
      ],
      /depends on itself/,
    ],
    [
      'a group that depends on its own item',
      [{ linkId: 'g', type: 'group', enableWhen: when('a'), item: [a] }],
      /depends on itself/,
    ],
    [
      'an order among codings',
      [a, { linkId: 'b', type: 'string', enableWhen: when('a', { operator: '>', answerCoding: { code: 'x' } }) }],
      /orders/,
    ],
    [
      'a condition on a quantity',
      [a, { linkId: 'b', type: 'string', enableWhen: when('a', { operator: '=', answerQuantity: { value: 1 } }) }],
      /cannot be compared/,
    ],
    ['a choice without options', [{ linkId: 'c', type: 'choice' }], /no options/],
    ['a value set', [{ linkId: 'c', type: 'choice', answerValueSet: 'http://x' }], /answerValueSet/],
    ['a type that does not exist', [{ linkId: 'c', type: 'number' as 'integer' }], /type/],
    [
      'a limit that is no number',
      [{ ...a, extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/maxValue', valueDate: '2026' }] }],
      /maxValue/,
    ],
  ])('refuses %s', (_, items, message) => {
    const compile = () => compileQuestionnaire(made(...items));
    expect(compile).toThrow(QuestionnaireError);
    expect(compile).toThrow(message);
  });

  it('refuses a questionnaire without a version', () => {
    expect(() => compileQuestionnaire({ ...made(a), version: undefined })).toThrow(QuestionnaireError);
  });
});
