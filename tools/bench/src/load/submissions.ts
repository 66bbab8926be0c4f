import { randomUUID } from 'node:crypto';
import { demoAnswers } from '@epro/cli';
import { composeResponse, latestQuestionnaires } from '@epro/instruments';
import type { Patient } from './patients.js';

/** What is sent for one submission. */
export interface Submission {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/**
 * An endless supply of submissions: patients and questionnaires in turn, each with a key of its own. Bodies are made once, so
 * that the load costs little of what it shares with the services.
 */
export function submissionsOf(patients: readonly Patient[]): () => Submission {
  const authored = new Date().toISOString();
  const prepared = latestQuestionnaires.flatMap((questionnaire) =>
    patients.map((patient) => {
      const response = composeResponse(questionnaire, demoAnswers(questionnaire), { patientId: patient.id, authored });
      return { patient, body: Buffer.from(JSON.stringify(response)) };
    }),
  );
  let next = 0;
  return () => {
    const { patient, body } = prepared[next++ % prepared.length]!;
    return {
      headers: {
        authorization: patient.authorization,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body,
    };
  };
}
