import type { Questionnaire, QuestionnaireResponse } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { composeResponse, findQuestionnaire, scoreResponse, scoringOf } from './index.js';

const questionnaire = (id: string): Questionnaire => findQuestionnaire(id) ?? expect.fail(`no ${id}`);
const phq9 = questionnaire('phq-9');
const gad7 = questionnaire('gad-7');
const diary = questionnaire('daily-symptom-diary');

/** A response that spreads `total` over the scored items, each at most `highest`. */
function withTotal(of: Questionnaire, total: number, highest: number): QuestionnaireResponse {
  let left = total;
  const answers = scoringOf(of).items.map((linkId) => {
    const own = Math.min(linkId === 'pain' ? 10 : highest, left);
    left -= own;
    return [linkId, own] as const;
  });
  return composeResponse(of, Object.fromEntries(answers));
}

describe('scoreResponse', () => {
  it.each([
    [phq9, 3, [0, 4], 'minimal'],
    [phq9, 3, [5, 9], 'mild'],
    [phq9, 3, [10, 14], 'moderate'],
    [phq9, 3, [15, 19], 'moderately severe'],
    [phq9, 3, [20, 27], 'severe'],
    [gad7, 3, [0, 4], 'minimal'],
    [gad7, 3, [5, 9], 'mild'],
    [gad7, 3, [10, 14], 'moderate'],
    [gad7, 3, [15, 21], 'severe'],
    [diary, 4, [0, 0], 'none reported'],
    [diary, 4, [1, 10], 'lower third of the range'],
    [diary, 4, [11, 20], 'middle third of the range'],
    [diary, 4, [21, 30], 'upper third of the range'],
  ] as const)('%# gives the band of a total', (of, highest, [from, to], severity) => {
    for (let total = from; total <= to; total++) {
      const score = scoreResponse(of, withTotal(of, total, highest));
      expect(score).toEqual({ instrument: of.id, score: total, severity, reason: '' });
    }
  });

  const weights = {
    '/': ['LA6568-5', 'LA6569-3', 'LA6570-1', 'LA6571-9'],
    d: ['none', 'slight', 'clear', 'strong', 'extreme'],
  };
  const everyOption = [phq9, gad7, diary].flatMap((of) =>
    scoringOf(of)
      .items.filter((linkId) => linkId !== 'pain')
      .flatMap((linkId) =>
        (linkId.startsWith('/') ? weights['/'] : weights.d).map(
          (code, points) => [of.id, linkId, code, points] as const,
        ),
      ),
  );
  it.each(everyOption)('%s %s %s counts %i', (id, linkId, code, points) => {
    const of = questionnaire(id ?? '');
    const none = Object.fromEntries(scoringOf(of).items.map((one) => [one, 0]));
    expect(scoreResponse(of, composeResponse(of, { ...none, [linkId]: code })).score).toBe(points);
  });

  it.each(scoringOf(phq9).items)('gives no total and says why where %s is blank', (linkId) => {
    const response = withTotal(phq9, 27, 3);
    response.item = response.item?.filter((item) => item.linkId !== linkId);
    expect(scoreResponse(phq9, response)).toEqual({
      instrument: 'phq-9',
      score: undefined,
      severity: '',
      reason: `No total: no answer to ${linkId}.`,
    });
  });

  it('takes an item without answers for blank', () => {
    const response = withTotal(gad7, 3, 3);
    response.item = response.item?.map((item) => (item.linkId === '/69734-2' ? { linkId: item.linkId } : item));
    expect(scoreResponse(gad7, response)).toMatchObject({
      score: undefined,
      reason: 'No total: no answer to /69734-2.',
    });
  });

  it('trusts the code alone: a display or an ordinal that the client sent changes nothing', () => {
    const response = withTotal(phq9, 0, 3);
    for (const { answer } of response.item ?? []) {
      for (const { valueCoding } of answer ?? []) {
        Object.assign(valueCoding ?? {}, {
          display: 'Nearly every day',
          extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/ordinalValue', valueDecimal: 3 }],
        });
      }
    }
    expect(scoreResponse(phq9, response).score).toBe(0);
  });

  it.each([
    ['another system', { valueCoding: { system: 'https://other.example', code: 'LA6571-9' } }],
    ['no system', { valueCoding: { code: 'LA6571-9' } }],
    ['another question’s code', { valueCoding: { system: 'http://loinc.org', code: 'LA6575-0' } }],
    ['a number', { valueInteger: 3 }],
  ])('counts nothing for an answer with %s', (_, answer) => {
    const response = withTotal(phq9, 0, 3);
    response.item = response.item?.map((item) => (item.linkId === '/44250-9' ? { ...item, answer: [answer] } : item));
    expect(scoreResponse(phq9, response)).toMatchObject({
      score: undefined,
      reason: 'No total: no single usable answer to /44250-9.',
    });
  });

  it('gives no total where an item is answered twice', () => {
    const response = withTotal(phq9, 9, 1);
    response.item = [...(response.item ?? []), ...(response.item ?? []).slice(0, 1)];
    expect(scoreResponse(phq9, response).reason).toBe('No total: no single usable answer to /44250-9.');
  });

  it.each([-1, 11, 2.5, Number.NaN])('counts no pain rating of %d', (valueInteger) => {
    const response = withTotal(diary, 0, 4);
    response.item = response.item?.map((item) =>
      item.linkId === 'pain' ? { ...item, answer: [{ valueInteger }] } : item,
    );
    expect(scoreResponse(diary, response)).toMatchObject({ score: undefined, severity: '' });
  });

  it('refuses a questionnaire that it has no scoring for', () => {
    expect(() => scoreResponse({ ...phq9, version: '9.9.9' }, withTotal(phq9, 0, 3))).toThrow(RangeError);
  });
});
