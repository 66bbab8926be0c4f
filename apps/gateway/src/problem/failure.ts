/** One finding about what was sent. It says what is wrong and where, and never holds what was sent. */
export interface FailureIssue {
  /** Stable code of the rule that was broken. */
  rule: string;
  message: string;
  /** Where: a FHIRPath expression, or the name of a field, header or parameter. */
  expression?: string;
  /** The questionnaire item concerned. */
  linkId?: string;
}

/**
 * Why a request got no positive answer, in HTTP's terms but in no format: problem+json shows it under `/api`, and
 * another representation can be given to the same failure elsewhere.
 */
export interface Failure {
  status: number;
  /** Stable id of the cause, UPPER_SNAKE_CASE. */
  code: string;
  /** For the caller: what was wrong, where and what to do. Never an answer, a token or any text that was sent. */
  detail: string;
  headers: Readonly<Record<string, string>>;
  issues: readonly FailureIssue[];
}
