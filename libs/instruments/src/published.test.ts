import type { QuestionnaireItem } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { findQuestionnaire, latestQuestionnaires, questionnaires, resolveCanonical } from './index.js';

const items = (id: string): QuestionnaireItem[] => findQuestionnaire(id)?.item ?? [];
const item = (id: string, linkId: string) => items(id).find((one) => one.linkId === linkId);
const optionsOf = (one: QuestionnaireItem | undefined) =>
  one?.answerOption?.map(({ valueCoding, extension }) => [
    valueCoding?.system,
    valueCoding?.code,
    valueCoding?.display,
    extension?.[0]?.valueDecimal,
  ]);

const loinc = 'http://loinc.org';
const STEM = 'Over the last 2 weeks, how often have you been bothered by any of the following problems?';
const FREQUENCY = [
  [loinc, 'LA6568-5', 'Not at all', 0],
  [loinc, 'LA6569-3', 'Several days', 1],
  [loinc, 'LA6570-1', 'More than half the days', 2],
  [loinc, 'LA6571-9', 'Nearly every day', 3],
];

const PHQ_9 = [
  ['44250-9', 'Little interest or pleasure in doing things'],
  ['44255-8', 'Feeling down, depressed, or hopeless'],
  ['44259-0', 'Trouble falling or staying asleep, or sleeping too much'],
  ['44254-1', 'Feeling tired or having little energy'],
  ['44251-7', 'Poor appetite or overeating'],
  ['44258-2', 'Feeling bad about yourself - or that you are a failure or have let yourself or your family down'],
  ['44252-5', 'Trouble concentrating on things, such as reading the newspaper or watching television'],
  [
    '44253-3',
    'Moving or speaking so slowly that other people could have noticed. Or the opposite - being so fidgety or restless that you have been moving around a lot more than usual',
  ],
  ['44260-8', 'Thoughts that you would be better off dead, or of hurting yourself in some way'],
];

const GAD_7 = [
  ['69725-0', 'Feeling nervous, anxious or on edge'],
  ['68509-9', 'Not being able to stop or control worrying'],
  ['69733-4', 'Worrying too much about different things'],
  ['69734-2', 'Trouble relaxing'],
  ['69735-9', 'Being so restless that it is hard to sit still'],
  ['69689-8', 'Becoming easily annoyed or irritable'],
  ['69736-7', 'Feeling afraid as if something awful might happen'],
];

describe('published questionnaires', () => {
  it.each([
    ['phq-9', PHQ_9],
    ['gad-7', GAD_7],
  ])('%s has the exact wording, codes, order and options of the instrument', (id, expected) => {
    const [stem, ...rest] = items(id);
    expect(stem).toMatchObject({ type: 'display', text: STEM });
    const asked = rest.filter(({ linkId }) => linkId !== '/69722-7');
    expect(asked.map(({ linkId, text, code }) => [linkId, text, code])).toEqual(
      expected.map(([code, text]) => [`/${code}`, text, [{ system: loinc, code }]]),
    );
    for (const one of asked) {
      expect(optionsOf(one), one.linkId).toEqual(FREQUENCY);
      expect(one.type).toBe('choice');
    }
  });

  it('requires every PHQ-9 item but item 9, and every GAD-7 item', () => {
    const required = (id: string) =>
      items(id)
        .filter((one) => one.required)
        .map(({ linkId }) => linkId);
    expect(required('phq-9')).toEqual(PHQ_9.slice(0, 8).map(([code]) => `/${code}`));
    expect(item('phq-9', '/44260-8')?.required).toBe(false);
    expect(required('gad-7')).toEqual(GAD_7.map(([code]) => `/${code}`));
  });

  it('asks for the difficulty with LOINC’s out-of-order codes, where any of the nine items is above zero', () => {
    const difficulty = item('phq-9', '/69722-7');
    expect(difficulty?.text).toBe(
      'If you checked off any problems, how difficult have these problems made it for you to do your work, take care of things at home, or get along with other people?',
    );
    expect(optionsOf(difficulty)).toEqual([
      [loinc, 'LA6572-7', 'Not difficult at all', undefined],
      [loinc, 'LA6573-5', 'Somewhat difficult', undefined],
      [loinc, 'LA6575-0', 'Very difficult', undefined],
      [loinc, 'LA6574-3', 'Extremely difficult', undefined],
    ]);
    expect(difficulty?.enableBehavior).toBe('any');
    expect(difficulty?.enableWhen?.map((one) => [one.question, one.operator, one.answerCoding?.code])).toEqual(
      PHQ_9.flatMap(([code]) => ['LA6569-3', 'LA6570-1', 'LA6571-9'].map((answer) => [`/${code}`, '=', answer])),
    );
  });

  it.each([
    ['phq-9', '44249-1'],
    ['gad-7', '69737-5'],
  ])('%s carries its panel code and the notices of its authors and of LOINC', (id, panel) => {
    const questionnaire = findQuestionnaire(id);
    expect(questionnaire?.code).toEqual([{ system: loinc, code: panel }]);
    expect(questionnaire?.copyright).toMatch(/^Copyright © Pfizer Inc\. All rights reserved\./);
    expect(questionnaire?.copyright).toContain(
      'No permission required to reproduce, translate, display or distribute.',
    );
    expect(questionnaire?.copyright).toContain('LOINC is copyright © Regenstrief Institute, Inc.');
  });

  it('has a diary of a pain rating, five symptoms, the dose, the reason and a note', () => {
    expect(items('daily-symptom-diary').map(({ linkId, type, required }) => [linkId, type, required])).toEqual([
      ['pain', 'integer', true],
      ['tiredness', 'choice', true],
      ['stomach', 'choice', true],
      ['sleep', 'choice', true],
      ['dizziness', 'choice', true],
      ['mood', 'choice', true],
      ['dose-taken', 'boolean', true],
      ['dose-missed-reason', 'choice', true],
      ['note', 'text', false],
    ]);
    const pain = item('daily-symptom-diary', 'pain');
    expect(pain?.code).toEqual([{ system: loinc, code: '72514-3' }]);
    expect(pain?.extension?.map(({ valueInteger }) => valueInteger)).toEqual([0, 10]);
    for (const symptom of ['tiredness', 'stomach', 'sleep', 'dizziness', 'mood']) {
      expect(optionsOf(item('daily-symptom-diary', symptom))?.map((option) => option[3])).toEqual([0, 1, 2, 3, 4]);
    }
    expect(item('daily-symptom-diary', 'dose-missed-reason')?.enableWhen).toEqual([
      { question: 'dose-taken', operator: '=', answerBoolean: false },
    ]);
    expect(item('daily-symptom-diary', 'note')?.maxLength).toBe(1000);
    expect(findQuestionnaire('daily-symptom-diary')?.description).toContain('not a clinically validated instrument');
  });

  it('are active, dated, published under one canonical each, and never change', () => {
    expect(questionnaires.map(({ id }) => id)).toEqual(['phq-9', 'gad-7', 'daily-symptom-diary']);
    expect(latestQuestionnaires).toEqual(questionnaires);
    for (const questionnaire of questionnaires) {
      const { id, url, version, status, date, publisher } = questionnaire;
      expect([url, version, status]).toEqual([`https://epro.example/fhir/Questionnaire/${id}`, '1.0.0', 'active']);
      expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(publisher).toBeTruthy();
      expect(resolveCanonical(`${url}|${version}`)).toBe(questionnaire);
      const open = unfrozen(questionnaire);
      expect(open, `not frozen: ${open.join(', ')}`).toEqual([]);
    }
  });
});

function unfrozen(value: unknown, path = '$'): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.isFrozen(value) ? [] : [path];
  return [...own, ...Object.entries(value).flatMap(([key, part]) => unfrozen(part, `${path}.${key}`))];
}
