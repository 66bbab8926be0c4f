import { createHash } from 'node:crypto';
import { DomainError, type Analysis, type QuestionnaireRef } from '@epro/contracts';
import { canonicalOf, resolveCanonical, SCORING_ALGORITHM, scoreResponse, scoringOf } from '@epro/instruments';
import { readSubmission } from '@epro/response-validator';
import type { Questionnaire, QuestionnaireResponse } from 'fhir/r4.js';

/** What holds for every result, whatever the instrument. */
const GENERAL_LIMITATIONS = [
  'This is not a diagnosis and no advice on treatment.',
  'It looks at this one response; change over time and free text are not considered.',
  'It repeats what was reported and does not judge whether the answers are plausible.',
];

/**
 * Interprets one response by fixed, published rules: the same bytes always give the same result.
 *
 * @throws DomainError INVALID_ARGUMENT where the bytes are no QuestionnaireResponse or answer another questionnaire than
 * said; NOT_FOUND where the questionnaire version is not published
 */
export function analyze(bytes: Uint8Array, ref: QuestionnaireRef | undefined): Analysis {
  const questionnaire = findQuestionnaire(ref);
  const response = decode(bytes);
  if (response.questionnaire !== canonicalOf(questionnaire)) {
    throw new DomainError(
      'INVALID_ARGUMENT',
      'QUESTIONNAIRE_MISMATCH',
      'The response answers another questionnaire version than the request says. Send the one that it names.',
    );
  }
  const { limitations } = scoringOf(questionnaire);
  return {
    algorithm: SCORING_ALGORITHM.id,
    algorithmVersion: SCORING_ALGORITHM.version,
    inputHash: createHash('sha256').update(bytes).digest('hex'),
    scores: [scoreResponse(questionnaire, response)],
    limitations: [...GENERAL_LIMITATIONS, ...limitations],
  };
}

function findQuestionnaire(ref: QuestionnaireRef | undefined): Questionnaire {
  if (!ref) {
    const message = 'The request names no questionnaire. Send the version that the response answers.';
    throw new DomainError('INVALID_ARGUMENT', 'QUESTIONNAIRE_MISSING', message);
  }
  const questionnaire = resolveCanonical(`${ref.url}|${ref.version}`);
  if (questionnaire) return questionnaire;
  const message = 'The questionnaire version is not published, so nothing says how to score it.';
  throw new DomainError('NOT_FOUND', 'QUESTIONNAIRE_NOT_FOUND', message);
}

function decode(bytes: Uint8Array): QuestionnaireResponse {
  const { response, issues } = readSubmission(bytes);
  // Scoring expects nothing of its shape beyond this, so that a stored response is never lost to analysis.
  if (response) return response as object as QuestionnaireResponse;
  throw new DomainError('INVALID_ARGUMENT', 'RESPONSE_UNREADABLE', issues.map(({ message }) => message).join(' '), {
    metadata: { rule: issues[0]?.rule ?? '' },
  });
}
