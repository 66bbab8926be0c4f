import { randomUUID } from 'node:crypto';
import type { SaveSubmissionRequest } from '@epro/contracts';
import { composeResponse, findQuestionnaire } from '@epro/instruments';

const ITEMS = [
  '/44250-9',
  '/44255-8',
  '/44259-0',
  '/44254-1',
  '/44251-7',
  '/44258-2',
  '/44252-5',
  '/44253-3',
  '/44260-8',
];

/** PHQ-9 with these weights, item 1 to item 9; `undefined` leaves an item blank. */
export function phq9Response(weights: readonly (number | undefined)[]) {
  const questionnaire = findQuestionnaire('phq-9');
  if (!questionnaire) throw new Error('There is no PHQ-9.');
  const given = ITEMS.flatMap((linkId, index) => {
    const weight = weights[index];
    return weight === undefined ? [] : [[linkId, weight] as const];
  });
  return composeResponse(questionnaire, Object.fromEntries(given), { patientId: 'AUR-0001' });
}

/** A request that saves a PHQ-9 of tenant aurora under a key of its own. */
export function saveRequest(changes: Partial<SaveSubmissionRequest> = {}): SaveSubmissionRequest {
  return {
    actor: { tenantId: 'aurora', userId: '0198c0de-0000-7000-8000-000000000001' },
    idempotencyKey: randomUUID(),
    patientId: 'AUR-0001',
    studyId: 'AUR-STUDY-1',
    siteId: 'AUR-SITE-1',
    questionnaire: { id: 'phq-9', url: 'https://epro.example/fhir/Questionnaire/phq-9', version: '1.0.0' },
    questionnaireResponse: Buffer.from(JSON.stringify(phq9Response([2, 2, 2, 2, 2, 2, 2, 2, 1]))),
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    ...changes,
  };
}
