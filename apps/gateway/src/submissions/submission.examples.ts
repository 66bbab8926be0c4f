const LOINC = 'http://loinc.org';

/** A complete PHQ-9: every question of the form with the answer chosen. */
const PHQ9_ANSWERS: readonly (readonly [linkId: string, code: string, display: string])[] = [
  ['/44250-9', 'LA6571-9', 'Nearly every day'],
  ['/44255-8', 'LA6571-9', 'Nearly every day'],
  ['/44259-0', 'LA6570-1', 'More than half the days'],
  ['/44254-1', 'LA6570-1', 'More than half the days'],
  ['/44251-7', 'LA6570-1', 'More than half the days'],
  ['/44258-2', 'LA6570-1', 'More than half the days'],
  ['/44252-5', 'LA6569-3', 'Several days'],
  ['/44253-3', 'LA6569-3', 'Several days'],
  ['/44260-8', 'LA6569-3', 'Several days'],
  ['/69722-7', 'LA6573-5', 'Somewhat difficult'],
];

export const questionnaireResponseExample = {
  resourceType: 'QuestionnaireResponse',
  questionnaire: 'https://epro.example/fhir/Questionnaire/phq-9|1.0.0',
  status: 'completed',
  authored: '2026-01-15T08:59:30+01:00',
  item: PHQ9_ANSWERS.map(([linkId, code, display]) => ({
    linkId,
    answer: [{ valueCoding: { system: LOINC, code, display } }],
  })),
};

const stored = {
  submissionId: '0198f0c4-7a3e-7c11-9d52-3f1f6a2b9c10',
  version: 1,
  receivedAt: '2026-11-21T08:00:00.000Z',
  scores: [{ instrument: 'phq-9', score: 17, severity: 'moderately severe' }],
  alerts: [{ rule: 'phq9-item9', level: 'critical' }],
};

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

export const acceptedExample = { ...stored, analysis: { status: 'complete' }, traceId };

export const submissionExample = {
  ...stored,
  traceId,
  patientId: 'AUR-0001',
  questionnaire: { id: 'phq-9', url: 'https://epro.example/fhir/Questionnaire/phq-9', version: '1.0.0' },
  questionnaireResponse: questionnaireResponseExample,
};
