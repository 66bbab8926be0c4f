import { issue } from '../issue.js';
import type { Rule } from '../rule.js';

/** https://hl7.org/fhir/R4/valueset-questionnaire-answers-status.html */
const STATUSES: readonly unknown[] = ['in-progress', 'completed', 'amended', 'entered-in-error', 'stopped'];

/** EPRO-STR-003. */
export const statusRule: Rule = ({ response }) =>
  STATUSES.includes(response.status)
    ? []
    : [
        issue(
          'EPRO-STR-003',
          { expression: 'QuestionnaireResponse.status' },
          'The status is missing or unknown to FHIR. Send "completed" for a finished form.',
        ),
      ];
