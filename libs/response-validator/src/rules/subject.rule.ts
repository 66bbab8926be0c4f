import { issue } from '../issue.js';
import { isJsonObject } from '../json.js';
import type { Rule } from '../rule.js';

/** EPRO-SUB-001: nobody answers in another patient's name. */
export const subjectRule: Rule = ({ response: { subject }, context: { patientId } }) => {
  if (subject === undefined) return [];
  const { reference, identifier } = isJsonObject(subject) ? subject : {};
  const named = reference ?? (isJsonObject(identifier) ? identifier.value : undefined);
  const expected = reference === undefined ? patientId : `Patient/${patientId}`;
  if (patientId !== '' && named === expected) return [];
  return [
    issue(
      'EPRO-SUB-001',
      { expression: 'QuestionnaireResponse.subject' },
      'The subject is not the patient who is signed in. Send "Patient/<own subject code>" or leave the subject out.',
    ),
  ];
};
