/** A questionnaire that must not be published. */
export class QuestionnaireError extends Error {
  override readonly name = 'QuestionnaireError';
}
