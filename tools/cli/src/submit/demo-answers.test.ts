import { composeResponse, findQuestionnaire, questionnaires, resolveCanonical, scoreResponse } from '@epro/instruments';
import { checkSubmission, compileQuestionnaire } from '@epro/response-validator';
import { describe, expect, it } from 'vitest';
import { demoAnswers, incompleteAnswers } from './demo-answers.js';

const instruments = questionnaires.map((questionnaire) => [questionnaire.id, questionnaire] as const);

function check(response: object) {
  const resolve = (canonical: string) => {
    const questionnaire = resolveCanonical(canonical);
    return questionnaire && compileQuestionnaire(questionnaire);
  };
  return checkSubmission(Buffer.from(JSON.stringify(response)), { resolve, patientId: 'AUR-0001' }).issues;
}

describe('demoAnswers', () => {
  it.each(instruments)('fit %s', (_id, questionnaire) => {
    expect(check(composeResponse(questionnaire, demoAnswers(questionnaire), { patientId: 'AUR-0001' }))).toEqual([]);
  });

  it('have a score that is not the lowest, and every question of the PHQ-9', () => {
    const phq9 = findQuestionnaire('phq-9') ?? expect.fail('no phq-9');
    const answers = demoAnswers(phq9);
    expect(Object.keys(answers)).toHaveLength(10);
    expect(scoreResponse(phq9, composeResponse(phq9, answers))).toMatchObject({ score: 13, severity: 'moderate' });
  });
});

describe('incompleteAnswers', () => {
  it.each(instruments)('leave one required answer of %s out', (_id, questionnaire) => {
    const response = composeResponse(questionnaire, incompleteAnswers(questionnaire), { patientId: 'AUR-0001' });
    expect(check(response)).toContainEqual(expect.objectContaining({ rule: 'EPRO-REQ-001', severity: 'error' }));
  });
});
