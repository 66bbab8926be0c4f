import type { Questionnaire, QuestionnaireResponse } from 'fhir/r4.js';
import { answerPoints } from './answer-points.js';
import type { Scoring } from './instrument.js';
import { instruments } from './published.js';
import { canonicalOf } from './questionnaire-registry.js';
import { answersTo, itemsByLinkId } from './read-answers.js';

/** The total of one instrument, or why there is none. */
export interface Score {
  /** Short id of the questionnaire, for example `phq-9`. */
  instrument: string;
  /** `undefined` where an item is blank: an incomplete form has no total, and a blank answer is not a zero. */
  score: number | undefined;
  /** The band of the total in the instrument's own words; empty without a total. */
  severity: string;
  /** Why there is no total, by linkId and without an answer; empty where there is one. */
  reason: string;
}

/** What computed a score. A change of any rule below is a new version. */
export const SCORING_ALGORITHM = Object.freeze({ id: 'epro.sum-score', version: '1.0.0' });

/** How a published questionnaire version is scored. @throws RangeError where it is not one of this library's. */
export function scoringOf(questionnaire: Questionnaire): Scoring {
  const canonical = canonicalOf(questionnaire);
  const instrument = instruments.find((one) => canonicalOf(one.questionnaire) === canonical);
  if (!instrument) throw new RangeError(`There is no scoring for ${canonical}.`);
  return instrument.scoring;
}

/**
 * Sums the scored items of a response by the weights that its questionnaire publishes, matching options by system and
 * code. Nothing that the client computed is used.
 *
 * @throws RangeError where the questionnaire is not one of this library's
 */
export function scoreResponse(questionnaire: Questionnaire, response: QuestionnaireResponse): Score {
  const { bands } = scoringOf(questionnaire);
  const { points, blank, unusable } = scoredPoints(questionnaire, response);
  const instrument = questionnaire.id ?? '';
  if (blank.length + unusable.length > 0) {
    return { instrument, score: undefined, severity: '', reason: reasonFor(blank, unusable) };
  }
  const score = points.reduce((sum, value) => sum + value, 0);
  return { instrument, score, severity: bands.findLast(({ from }) => score >= from)?.label ?? '', reason: '' };
}

/** The points of every scored item that has exactly one usable answer, and the linkIds of the rest. */
export function scoredPoints(questionnaire: Questionnaire, response: QuestionnaireResponse) {
  const items = itemsByLinkId(questionnaire.item);
  const points: number[] = [];
  const blank: string[] = [];
  const unusable: string[] = [];
  for (const linkId of scoringOf(questionnaire).items) {
    const item = items.get(linkId);
    const [answer, ...others] = answersTo(response, linkId);
    const value = item && answer && others.length === 0 ? answerPoints(item, answer) : undefined;
    if (value !== undefined) points.push(value);
    else if (answer) unusable.push(linkId);
    else blank.push(linkId);
  }
  return { points, blank, unusable };
}

function reasonFor(blank: string[], unusable: string[]): string {
  const parts: string[] = [];
  if (blank.length > 0) parts.push(`no answer to ${blank.join(', ')}`);
  if (unusable.length > 0) parts.push(`no single usable answer to ${unusable.join(', ')}`);
  return `No total: ${parts.join('; ')}.`;
}
