import { Identity, Role, Submission, type Questionnaire } from '@epro/contracts';
import { questionnaireResponseExample } from '../../src/submissions/submission.examples.js';

/** Planted in whatever a test sends that is refused: no error may repeat it. */
export const MARKER = 'planted-marker-7Qx';

export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
export const SUBMISSION_ID = '0198f0c4-7a3e-7c11-9d52-3f1f6a2b9c10';
export const KEY = '7f1c2b1e-5d0a-4c59-9a53-6f6f1f1c8a11';

const person = (token: string, identity: Partial<Identity>): [string, Identity] => [
  token,
  Identity.fromPartial({ userId: `user-of-${token}`, tenantId: 'aurora', username: token, ...identity }),
];

export const IDENTITIES = new Map([
  person('patient', {
    roles: [Role.ROLE_PARTICIPANT],
    patientId: 'AUR-0001',
    studyId: 'AUR-STUDY-1',
    siteId: 'AUR-SITE-1',
  }),
  person('other-patient', { roles: [Role.ROLE_PARTICIPANT], patientId: 'AUR-0002' }),
  person('patient-without-subject', { roles: [Role.ROLE_PARTICIPANT] }),
  person('coordinator', { roles: [Role.ROLE_SITE_COORDINATOR], siteId: 'AUR-SITE-1' }),
  person('borealis-coordinator', { roles: [Role.ROLE_SITE_COORDINATOR], tenantId: 'borealis' }),
  person('service', { roles: [Role.ROLE_SERVICE] }),
]);

export const QUESTIONNAIRE_REF = {
  id: 'phq-9',
  url: 'https://epro.example/fhir/Questionnaire/phq-9',
  version: '1.0.0',
};

export const QUESTIONNAIRE: Questionnaire = {
  ref: QUESTIONNAIRE_REF,
  // A decimal whose last digit parsing would lose.
  resource: Buffer.from(
    `{"resourceType":"Questionnaire","id":"phq-9","url":"${QUESTIONNAIRE_REF.url}","version":"1.0.0",` +
      '"status":"active","item":[{"linkId":"/44250-9","type":"choice","initial":[{"valueDecimal":1.10}]}]}',
  ),
};

export const SUBMISSION = Submission.fromPartial({
  id: SUBMISSION_ID,
  version: 1,
  patientId: 'AUR-0001',
  questionnaire: QUESTIONNAIRE_REF,
  receivedAt: new Date('2026-11-21T08:00:00.000Z'),
  scores: [{ instrument: 'phq-9', score: 17, severity: 'moderately severe' }],
  alerts: [{ rule: 'phq9-item9', level: 'ALERT_LEVEL_CRITICAL' as never }],
  traceId: TRACE_ID,
});

export const RESPONSE = JSON.stringify(questionnaireResponseExample);
