import { describe, expect, it } from 'vitest';
import { composeResponse, findQuestionnaire } from './index.js';

const diary = findQuestionnaire('daily-symptom-diary') ?? expect.fail('no diary');

describe('composeResponse', () => {
  it('pins the version and keeps the questionnaire’s order, whatever the order of the answers', () => {
    const response = composeResponse(
      diary,
      { note: 'x', 'dose-taken': false, 'dose-missed-reason': 'forgot', tiredness: 2, pain: 4 },
      { patientId: 'AUR-0001', authored: '2026-11-21T08:00:00Z' },
    );
    expect(response).toEqual({
      resourceType: 'QuestionnaireResponse',
      questionnaire: 'https://epro.example/fhir/Questionnaire/daily-symptom-diary|1.0.0',
      status: 'completed',
      subject: { reference: 'Patient/AUR-0001' },
      authored: '2026-11-21T08:00:00Z',
      item: [
        { linkId: 'pain', answer: [{ valueInteger: 4 }] },
        {
          linkId: 'tiredness',
          answer: [
            {
              valueCoding: {
                system: 'https://epro.example/fhir/CodeSystem/symptom-burden',
                code: 'clear',
                display: 'It was there most of the day',
              },
            },
          ],
        },
        { linkId: 'dose-taken', answer: [{ valueBoolean: false }] },
        {
          linkId: 'dose-missed-reason',
          answer: [
            {
              valueCoding: {
                system: 'https://epro.example/fhir/CodeSystem/dose-missed-reason',
                code: 'forgot',
                display: 'I forgot',
              },
            },
          ],
        },
        { linkId: 'note', answer: [{ valueString: 'x' }] },
      ],
    });
  });

  it.each([
    ['item', { nowhere: 1 }],
    ['option', { tiredness: 9 }],
  ])('refuses an %s that the questionnaire does not have', (_, answers) => {
    expect(() => composeResponse(diary, answers)).toThrow(RangeError);
  });
});
