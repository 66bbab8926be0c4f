import type { Questionnaire, QuestionnaireResponse } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { composeResponse, evaluateSafetyRules, findQuestionnaire, scoreResponse, scoringOf } from './index.js';

const questionnaire = (id: string): Questionnaire => findQuestionnaire(id) ?? expect.fail(`no ${id}`);
const phq9 = questionnaire('phq-9');
const ITEM_9 = '/44260-8';
const first8 = scoringOf(phq9).items.slice(0, 8);

/** Items 1 to 8 in order, then item 9 unless it is blank. */
const answered = (weights: number[], item9?: number): QuestionnaireResponse =>
  composeResponse(phq9, {
    ...Object.fromEntries(first8.map((linkId, index) => [linkId, weights[index] ?? 0])),
    ...(item9 === undefined ? {} : { [ITEM_9]: item9 }),
  });

const item9 = { rule: 'phq9-item9', level: 'critical' };
const severe = { rule: 'phq9-severe-total', level: 'high' };

describe('evaluateSafetyRules', () => {
  it.each([
    ['nothing at all', [], 0, []],
    ['a blank item 9', [], undefined, []],
    ['item 9 on several days, all else zero', [], 1, [item9]],
    ['item 9 on more than half the days', [], 2, [item9]],
    ['item 9 nearly every day', [], 3, [item9]],
    ['a total of 19', [3, 3, 3, 3, 3, 3, 1, 0], 0, []],
    ['a total of 20', [3, 3, 3, 3, 3, 3, 2, 0], 0, [severe]],
    ['a total of 20 that item 9 completes', [3, 3, 3, 3, 3, 3, 1, 0], 1, [item9, severe]],
    ['the highest total', [3, 3, 3, 3, 3, 3, 3, 3], 3, [item9, severe]],
    ['20 points without item 9', [3, 3, 3, 3, 3, 3, 2, 0], undefined, [severe]],
    ['19 points without item 9', [3, 3, 3, 3, 3, 3, 1, 0], undefined, []],
  ])('%s', (_, weights, ninth, alerts) => {
    expect(evaluateSafetyRules(phq9, answered(weights, ninth))).toEqual(alerts);
  });

  it('raises item 9 also where the form is incomplete and has no total', () => {
    const response = answered([], 1);
    response.item = response.item?.filter(({ linkId }) => linkId === ITEM_9);
    expect(scoreResponse(phq9, response).score).toBeUndefined();
    expect(evaluateSafetyRules(phq9, response)).toEqual([item9]);
  });

  it('raises item 9 where it is nested, repeated, or contradicts its display', () => {
    const option = { system: 'http://loinc.org', code: 'LA6569-3', display: 'Not at all' };
    const zero = { valueCoding: { system: 'http://loinc.org', code: 'LA6568-5' } };
    const nested = answered([]);
    nested.item = [
      { linkId: 'x', answer: [{ ...zero, item: [{ linkId: ITEM_9, answer: [zero, { valueCoding: option }] }] }] },
    ];
    expect(evaluateSafetyRules(phq9, nested)).toEqual([item9]);
  });

  it.each([
    ['no items', {}],
    [
      'items of no use',
      { item: [null, 7, 'x', { linkId: ITEM_9, answer: [null, 'x'] }, { linkId: ITEM_9, answer: {} }] },
    ],
  ])('does not fail on %s', (_, rest) => {
    const response = { resourceType: 'QuestionnaireResponse', status: 'completed', ...rest };
    expect(evaluateSafetyRules(phq9, response as QuestionnaireResponse)).toEqual([]);
  });

  it('has no rule for the other instruments', () => {
    const gad7 = questionnaire('gad-7');
    const worst = composeResponse(gad7, Object.fromEntries(scoringOf(gad7).items.map((linkId) => [linkId, 3])));
    expect(evaluateSafetyRules(gad7, worst)).toEqual([]);
  });
});
