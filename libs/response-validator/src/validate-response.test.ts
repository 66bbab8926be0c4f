import type { QuestionnaireItem } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { found, issuesIn, made, respond } from './testing/fixtures.js';

const text = (linkId: string, rest: Partial<QuestionnaireItem> = {}): QuestionnaireItem => ({
  linkId,
  type: 'string',
  ...rest,
});
const says = (linkId: string, ...values: string[]) => ({
  linkId,
  answer: values.map((valueString) => ({ valueString })),
});
const ROOT = 'QuestionnaireResponse';

describe('validateResponse on nested items', () => {
  const nested = made(
    { linkId: 'g', type: 'group', required: true, item: [text('g1', { required: true }), text('g2')] },
    { linkId: 'r', type: 'group', repeats: true, item: [text('r1', { required: true })] },
    text('q', { item: [text('q1', { required: true })] }),
    text('m', { repeats: true }),
  );
  const group = { linkId: 'g', item: [says('g1', 'x')] };

  it.each([
    ['the required group alone', [group]],
    [
      'a repeating group twice',
      [group, { linkId: 'r', item: [says('r1', 'x')] }, { linkId: 'r', item: [says('r1', 'y')] }],
    ],
    [
      'an item in its question’s answer',
      [group, { linkId: 'q', answer: [{ valueString: 'x', item: [says('q1', 'y')] }] }],
    ],
    ['a group and a question that are there but blank', [group, { linkId: 'r' }, { linkId: 'q' }]],
    ['a repeating question with two answers', [group, says('m', 'x', 'y')]],
  ])('accepts %s', (_, items) => expect(issuesIn(nested, respond(...items))).toEqual([]));

  it.each([
    ['no required group', [says('m', 'x')], [['EPRO-REQ-001', ROOT, 'g']]],
    [
      'a required group without its required item',
      [{ linkId: 'g', item: [says('g2', 'x')] }],
      [['EPRO-REQ-001', `${ROOT}.item[0]`, 'g1']],
    ],
    [
      'the second repetition without its required item',
      [group, { linkId: 'r', item: [says('r1', 'x')] }, { linkId: 'r', item: [{ linkId: 'r1' }] }],
      [['EPRO-REQ-001', `${ROOT}.item[2].item[0]`, 'r1']],
    ],
    [
      'an answered question without its required item',
      [group, says('q', 'x')],
      [['EPRO-REQ-001', `${ROOT}.item[1]`, 'q1']],
    ],
    ['an item of the group at the top', [group, says('g2', 'x')], [['EPRO-LNK-002', `${ROOT}.item[1]`, 'g2']]],
    [
      'a top item in the group',
      [{ linkId: 'g', item: [says('g1', 'x'), says('m', 'y')] }],
      [['EPRO-LNK-002', `${ROOT}.item[0].item[1]`, 'm']],
    ],
    ['an answered group', [{ ...group, answer: [{ valueString: 'x' }] }], [['EPRO-ANS-002', `${ROOT}.item[0]`, 'g']]],
    ['a group that does not repeat, twice', [group, group], [['EPRO-LNK-003', `${ROOT}.item[1]`, 'g']]],
    [
      'a repeating question as two items',
      [group, says('m', 'x'), says('m', 'y')],
      [['EPRO-LNK-003', `${ROOT}.item[2]`, 'm']],
    ],
    [
      'an unknown item, whose own items are not blamed',
      [group, { linkId: 'zz', item: [says('g2', 'x')] }],
      [['EPRO-LNK-001', `${ROOT}.item[1]`, '']],
    ],
  ])('refuses %s', (_, items, expected) => expect(found(issuesIn(nested, respond(...items)))).toEqual(expected));
});

describe('validateResponse on types', () => {
  it.each([
    ['boolean', 'valueBoolean', [true], ['true', 1]],
    ['decimal', 'valueDecimal', [1.5, 2], ['1.5']],
    ['integer', 'valueInteger', [-3], [1.5, '1']],
    ['date', 'valueDate', ['2026', '2026-02', '2028-02-29'], ['2026-02-30', '21.11.2026', 20261121]],
    [
      'dateTime',
      'valueDateTime',
      ['2026-11-21', '2026-11-21T08:00:00Z'],
      ['2026-11-21T08:00:00', '2026-11-21T25:00:00Z'],
    ],
    ['time', 'valueTime', ['08:00:00'], ['8:00', '24:00:00']],
    ['string', 'valueString', ['x'], ['', '  ', 5]],
    ['text', 'valueString', ['x\ny'], [['x']]],
    ['url', 'valueUri', ['https://x.example'], [{}]],
    ['attachment', 'valueAttachment', [{ url: 'x' }], ['x']],
    ['reference', 'valueReference', [{ reference: 'x/1' }], ['x/1']],
    ['quantity', 'valueQuantity', [{ value: 1 }], [1]],
  ] as const)('%s takes %s', (type, name, good, bad) => {
    const questionnaire = made({ linkId: 'a', type });
    const rulesFor = (answer: object) =>
      issuesIn(questionnaire, respond({ linkId: 'a', answer: [answer] })).map(({ rule }) => rule);
    for (const value of good) expect(rulesFor({ [name]: value }), JSON.stringify(value)).toEqual([]);
    for (const value of bad) expect(rulesFor({ [name]: value }), JSON.stringify(value)).toEqual(['EPRO-TYP-001']);
    expect(rulesFor(type === 'boolean' ? { valueInteger: 1 } : { valueBoolean: true })).toEqual(['EPRO-TYP-001']);
  });

  it('takes an option or a text for an open choice, and only options of the published kind for a choice', () => {
    const answerOption = [{ valueString: 'red' }, { valueString: 'blue' }];
    const rules = (type: 'choice' | 'open-choice', valueString: string) =>
      issuesIn(made({ linkId: 'a', type, answerOption }), respond(says('a', valueString))).map(({ rule }) => rule);
    expect(rules('choice', 'red')).toEqual([]);
    expect(rules('choice', 'green')).toEqual(['EPRO-OPT-001']);
    expect(rules('open-choice', 'green')).toEqual([]);
  });
});

describe('validateResponse on enableWhen', () => {
  const number = (linkId: string, rest: Partial<QuestionnaireItem> = {}): QuestionnaireItem => ({
    linkId,
    type: 'integer',
    repeats: true,
    ...rest,
  });
  const counts = (linkId: string, ...values: number[]) => ({
    linkId,
    answer: values.map((valueInteger) => ({ valueInteger })),
  });
  const rules = (questionnaire: ReturnType<typeof made>, ...items: unknown[]) =>
    issuesIn(questionnaire, respond(...items)).map(({ rule, linkId }) => [rule, linkId]);

  it.each([
    ['=', 2, [2], true],
    ['=', 2, [3], false],
    ['=', 2, [3, 2], true],
    ['!=', 2, [3], true],
    ['!=', 2, [2], false],
    ['!=', 2, [], false],
    ['>', 2, [3], true],
    ['>', 2, [2], false],
    ['>=', 2, [2], true],
    ['<', 2, [2], false],
    ['<', 2, [1], true],
    ['<=', 2, [2], true],
    ['<=', 2, [], false],
  ] as const)('%s %i with answers %j is %s', (operator, answerInteger, given, enabled) => {
    const questionnaire = made(
      number('a'),
      text('b', { required: true, enableWhen: [{ question: 'a', operator, answerInteger }] }),
    );
    const asked = given.length > 0 ? [counts('a', ...given)] : [says('zz')];
    expect(rules(questionnaire, ...asked).some(([rule]) => rule === 'EPRO-REQ-001')).toBe(enabled);
    expect(rules(questionnaire, ...asked, says('b', 'x')).some(([rule]) => rule === 'EPRO-ENW-001')).toBe(!enabled);
  });

  it.each([
    [true, [1], true],
    [true, [], false],
    [false, [1], false],
    [false, [], true],
  ])('exists %s with answers %j is %s', (answerBoolean, given, enabled) => {
    const enableWhen = [{ question: 'a', operator: 'exists' as const, answerBoolean }];
    const questionnaire = made(number('a'), text('b', { enableWhen }));
    const issues = rules(questionnaire, ...(given.length > 0 ? [counts('a', ...given)] : []), says('b', 'x'));
    expect(issues).toEqual(enabled ? [] : [['EPRO-ENW-001', 'b']]);
  });

  it.each([
    ['any', [1], [0], true],
    ['all', [1], [0], false],
    ['all', [1], [1], true],
    ['any', [0], [0], false],
  ] as const)('%s of two conditions with %j and %j is %s', (enableBehavior, a, b, enabled) => {
    const enableWhen = ['a', 'b'].map((question) => ({ question, operator: '=' as const, answerInteger: 1 }));
    const questionnaire = made(number('a'), number('b'), text('c', { enableWhen, enableBehavior }));
    expect(rules(questionnaire, counts('a', ...a), counts('b', ...b), says('c', 'x'))).toEqual(
      enabled ? [] : [['EPRO-ENW-001', 'c']],
    );
  });

  it('disables what is in a disabled group, and what depends on an answer that is itself disabled', () => {
    const when = (question: string) => [{ question, operator: '=' as const, answerInteger: 1 }];
    const questionnaire = made(
      number('a'),
      { linkId: 'g', type: 'group', required: true, enableWhen: when('a'), item: [number('g1', { required: true })] },
      text('c', { required: true, enableWhen: when('g1') }),
    );
    expect(rules(questionnaire, counts('a', 0))).toEqual([]);
    expect(rules(questionnaire, counts('a', 0), { linkId: 'g', item: [counts('g1', 1)] })).toEqual([
      ['EPRO-ENW-001', 'g1'],
    ]);
    expect(rules(questionnaire, counts('a', 1), { linkId: 'g', item: [counts('g1', 1)] })).toEqual([
      ['EPRO-REQ-001', 'c'],
    ]);
  });
});
