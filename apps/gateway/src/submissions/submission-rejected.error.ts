import { DomainError } from '@epro/contracts';

export interface RejectionIssue {
  rule: string;
  message: string;
  expression?: string;
  linkId?: string;
}

/** A response that does not fit its questionnaire. Nothing of it was stored. */
export class SubmissionRejectedError extends DomainError {
  constructor(readonly issues: readonly RejectionIssue[]) {
    super(
      'INVALID_ARGUMENT',
      'SUBMISSION_REJECTED',
      'The response does not fit its questionnaire and was not stored. Correct what is listed and send it again.',
    );
  }
}
