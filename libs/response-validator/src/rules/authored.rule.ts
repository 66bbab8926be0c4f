import { issue } from '../issue.js';
import { isInstant } from '../fhir-primitives.js';
import type { Rule } from '../rule.js';

/** EPRO-TIM-001: without an offset nobody can say when the patient answered. */
export const authoredRule: Rule = ({ response: { authored } }) =>
  authored === undefined || isInstant(authored)
    ? []
    : [
        issue(
          'EPRO-TIM-001',
          { expression: 'QuestionnaireResponse.authored' },
          'The authored time is not a date and time with an offset. Send it like 2026-01-31T08:00:00+01:00.',
        ),
      ];
