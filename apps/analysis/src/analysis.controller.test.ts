import { createHash } from 'node:crypto';
import { DomainError, type QuestionnaireRef } from '@epro/contracts';
import { composeResponse, findQuestionnaire, type Answers } from '@epro/instruments';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnalysisController } from './analysis.controller.js';
import { AppModule } from './app.module.js';

let app: INestApplicationContext;
let controller: AnalysisController;

beforeAll(async () => {
  app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  controller = app.get(AnalysisController);
});
afterAll(() => app.close());

const refOf = (id: string): QuestionnaireRef => ({
  id,
  url: `https://epro.example/fhir/Questionnaire/${id}`,
  version: '1.0.0',
});
const compose = (id: string, answers: Answers) => {
  const questionnaire = findQuestionnaire(id) ?? expect.fail(`no ${id}`);
  return Buffer.from(JSON.stringify(composeResponse(questionnaire, answers)));
};
const everyItem = (id: string, weight: number) => {
  const items =
    findQuestionnaire(id)?.item?.filter(({ extension, answerOption }) => extension ?? answerOption?.[0]?.extension) ??
    [];
  return Object.fromEntries(items.map(({ linkId }) => [linkId, weight]));
};
const analyze = (questionnaireResponse: Buffer, questionnaire: QuestionnaireRef | undefined) =>
  controller.analyzeSubmission({ submissionId: 's', questionnaire, questionnaireResponse }).analysis ??
  expect.fail('no analysis');

describe('AnalysisController', () => {
  it.each([
    ['phq-9', 2, 18, 'moderately severe', /PHQ-9 is a self-report screen/],
    ['gad-7', 1, 7, 'mild', /GAD-7 is a self-report screen/],
    ['daily-symptom-diary', 0, 0, 'none reported', /not been clinically validated/],
  ])('scores %s and says what the result is worth', (id, weight, score, severity, limitation) => {
    const bytes = compose(id, everyItem(id, weight));
    const analysis = analyze(bytes, refOf(id));
    expect(analysis).toMatchObject({
      algorithm: 'epro.sum-score',
      algorithmVersion: '1.0.0',
      inputHash: createHash('sha256').update(bytes).digest('hex'),
      scores: [{ instrument: id, score, severity, reason: '' }],
    });
    expect(analysis.limitations[0]).toMatch(/not a diagnosis/);
    expect(analysis.limitations.join(' ')).toMatch(limitation);
  });

  it('gives no total where an item is blank, and says which', () => {
    const { '/44260-8': _, ...answers } = everyItem('phq-9', 0);
    const { scores } = analyze(compose('phq-9', answers), refOf('phq-9'));
    expect(scores).toEqual([
      { instrument: 'phq-9', score: undefined, severity: '', reason: 'No total: no answer to /44260-8.' },
    ]);
  });

  it('hashes the bytes, not what they mean', () => {
    const bytes = compose('gad-7', everyItem('gad-7', 0));
    const spaced = Buffer.concat([bytes, Buffer.from('\n')]);
    expect(analyze(spaced, refOf('gad-7')).inputHash).not.toBe(analyze(bytes, refOf('gad-7')).inputHash);
  });

  const phq9 = () => compose('phq-9', everyItem('phq-9', 0));
  it.each<[string, Buffer, QuestionnaireRef | undefined, string, string]>([
    ['bytes that are no JSON', Buffer.from('{"Jane Doe'), refOf('phq-9'), 'INVALID_ARGUMENT', 'RESPONSE_UNREADABLE'],
    [
      'JSON that is no response',
      Buffer.from('["Jane Doe"]'),
      refOf('phq-9'),
      'INVALID_ARGUMENT',
      'RESPONSE_UNREADABLE',
    ],
    ['nothing', Buffer.alloc(0), refOf('phq-9'), 'INVALID_ARGUMENT', 'RESPONSE_UNREADABLE'],
    ['no questionnaire', phq9(), undefined, 'INVALID_ARGUMENT', 'QUESTIONNAIRE_MISSING'],
    [
      'another questionnaire than the response names',
      phq9(),
      refOf('gad-7'),
      'INVALID_ARGUMENT',
      'QUESTIONNAIRE_MISMATCH',
    ],
    ['an unknown questionnaire', phq9(), refOf('Jane Doe'), 'NOT_FOUND', 'QUESTIONNAIRE_NOT_FOUND'],
    ['an unknown version', phq9(), { ...refOf('phq-9'), version: '9.0.0' }, 'NOT_FOUND', 'QUESTIONNAIRE_NOT_FOUND'],
  ])('refuses %s', (_, bytes, ref, code, reason) => {
    const call = () => analyze(bytes, ref);
    expect(call).toThrow(DomainError);
    expect(call).toThrow(expect.objectContaining({ code, reason }));
    expect(call).not.toThrow(/Jane/);
  });
});
