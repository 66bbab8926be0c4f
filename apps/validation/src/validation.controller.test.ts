import { DomainError, IssueSeverity } from '@epro/contracts';
import { composeResponse, findQuestionnaire, questionnaires } from '@epro/instruments';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppModule } from './app.module.js';
import { ValidationController } from './validation.controller.js';

let app: INestApplicationContext;
let controller: ValidationController;

beforeAll(async () => {
  app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  controller = app.get(ValidationController);
});
afterAll(() => app.close());

const gad7 = findQuestionnaire('gad-7') ?? expect.fail('no gad-7');
const ref = { id: 'gad-7', url: gad7.url, version: '1.0.0' };
const response = (weight: number) => {
  const items = gad7.item?.filter(({ type }) => type === 'choice') ?? [];
  return composeResponse(gad7, Object.fromEntries(items.map(({ linkId }) => [linkId, weight])), {
    patientId: 'AUR-0001',
  });
};
const validate = (resource: unknown, patientId = 'AUR-0001') =>
  controller.validateSubmission({ questionnaireResponse: Buffer.from(JSON.stringify(resource)), patientId });

describe('ValidationController', () => {
  it('lists the latest version of each questionnaire as the FHIR resource itself', () => {
    const listed = controller.listQuestionnaires().questionnaires;
    expect(listed.map((one) => one.ref?.id)).toEqual(['phq-9', 'gad-7', 'daily-symptom-diary']);
    expect(listed.map(({ resource }) => JSON.parse(Buffer.from(resource).toString()) as unknown)).toEqual(
      questionnaires,
    );
  });

  it.each(['1.0.0', ''])('gets a questionnaire by version "%s"', (version) => {
    const { questionnaire } = controller.getQuestionnaire({ id: 'gad-7', version });
    expect(questionnaire?.ref).toEqual(ref);
  });

  it.each([
    ['gad-7', '2.0.0'],
    ['Jane Doe', ''],
  ])('does not find %s in version "%s", and does not repeat what was asked', (id, version) => {
    const get = () => controller.getQuestionnaire({ id, version });
    expect(get).toThrow(DomainError);
    expect(get).toThrow(expect.objectContaining({ code: 'NOT_FOUND', reason: 'QUESTIONNAIRE_NOT_FOUND' }));
    expect(get).not.toThrow(/Jane/);
  });

  it('accepts a response that fits, and says which version it answers', () => {
    expect(validate(response(1))).toEqual({ questionnaire: ref, issues: [] });
  });

  it('answers with each issue of a response that does not fit', () => {
    const { item = [] } = response(1);
    expect(validate({ ...response(1), item: item.slice(1) }, 'AUR-0002')).toEqual({
      questionnaire: ref,
      issues: [
        expect.objectContaining({ rule: 'EPRO-SUB-001', linkId: '', severity: IssueSeverity.ISSUE_SEVERITY_ERROR }),
        {
          severity: IssueSeverity.ISSUE_SEVERITY_ERROR,
          code: 'required',
          rule: 'EPRO-REQ-001',
          expression: 'QuestionnaireResponse',
          linkId: '/69725-0',
          message: 'The item /69725-0 must be answered. Answer it.',
        },
      ],
    });
  });

  it('marks as a warning what does not stand in the way', () => {
    const { issues } = validate({ ...response(1), status: 'in-progress', item: response(1).item?.slice(1) });
    expect(issues.map(({ severity }) => severity)).toEqual([IssueSeverity.ISSUE_SEVERITY_WARNING]);
  });

  it('names no questionnaire where none is published under that name', () => {
    const { questionnaire, issues } = validate({ ...response(1), questionnaire: `${gad7.url}|9.9.9` });
    expect(questionnaire).toBeUndefined();
    expect(issues.map(({ rule }) => rule)).toEqual(['EPRO-QNR-002']);
  });
});
