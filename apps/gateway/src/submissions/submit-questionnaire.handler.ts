import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  DomainError,
  IssueSeverity,
  type Identity,
  type QuestionnaireRef,
  type Submission,
  type ValidationIssue,
} from '@epro/contracts';
import { businessMetrics } from '@epro/telemetry';
import {
  ANALYSIS_CLIENT,
  STORAGE_CLIENT,
  VALIDATION_CLIENT,
  type AnalysisClient,
  type StorageClient,
  type ValidationClient,
} from '../services/service-clients.js';
import { SubmissionRejectedError, type RejectionIssue } from './submission-rejected.error.js';

export interface SubmitQuestionnaire {
  identity: Identity;
  idempotencyKey: string;
  /** FHIR R4 QuestionnaireResponse, UTF-8 JSON, byte for byte as it was sent. */
  questionnaireResponse: Buffer;
  /** Kept with the submission, so that whoever holds its id finds the trace of its arrival. */
  traceId: string;
}

export interface SubmittedQuestionnaire {
  submission: Submission;
  /** The key was used before for the same body: this is what was stored then. */
  replayed: boolean;
  analysis: 'complete' | 'pending';
}

/**
 * Takes a patient's response in: validate, store, analyse.
 *
 * Once it is stored it is accepted, and nothing after that can turn the answer into a failure.
 */
@Injectable()
export class SubmitQuestionnaireHandler {
  private readonly logger = new Logger(SubmitQuestionnaireHandler.name);

  constructor(
    @Inject(VALIDATION_CLIENT) private readonly validation: ValidationClient,
    @Inject(STORAGE_CLIENT) private readonly storage: StorageClient,
    @Inject(ANALYSIS_CLIENT) private readonly analysis: AnalysisClient,
  ) {}

  /**
   * @throws SubmissionRejectedError where the response does not fit its questionnaire; nothing is stored
   * @throws DomainError where a service that is needed refuses or fails; sending it again with the same key is safe
   */
  async execute(command: SubmitQuestionnaire): Promise<SubmittedQuestionnaire> {
    const questionnaire = await this.validate(command);
    const { submission, replayed } = await this.save(command, questionnaire);
    businessMetrics.submissionStored({ replayed });
    return { submission, replayed, analysis: await this.analyze(command, submission) };
  }

  private async validate({ identity, questionnaireResponse }: SubmitQuestionnaire): Promise<QuestionnaireRef> {
    const { patientId } = identity;
    if (!patientId) {
      throw new DomainError('PERMISSION_DENIED', 'NOT_A_SUBJECT', 'Only a subject of a study may submit a response.');
    }
    const { questionnaire, issues } = await this.validation.validateSubmission({ questionnaireResponse, patientId });
    const errors = issues.filter(({ severity }) => severity !== IssueSeverity.ISSUE_SEVERITY_WARNING);
    if (errors.length > 0) {
      businessMetrics.submissionRejected(errors.map(({ rule }) => rule));
      throw new SubmissionRejectedError(errors.map(rejectionIssue));
    }
    if (!questionnaire) throw new Error('ValidateSubmission accepted a response without naming its questionnaire.');
    return questionnaire;
  }

  private async save(command: SubmitQuestionnaire, questionnaire: QuestionnaireRef) {
    const { identity, idempotencyKey, questionnaireResponse, traceId } = command;
    const { submission, replayed } = await this.storage.saveSubmission({
      actor: { tenantId: identity.tenantId, userId: identity.userId },
      idempotencyKey,
      patientId: identity.patientId,
      studyId: identity.studyId,
      siteId: identity.siteId,
      questionnaire,
      questionnaireResponse,
      traceId,
    });
    if (!submission) throw new Error('SaveSubmission answered without a submission.');
    return { submission, replayed };
  }

  private async analyze({ questionnaireResponse }: SubmitQuestionnaire, { id, questionnaire }: Submission) {
    try {
      await this.analysis.analyzeSubmission({ submissionId: id, questionnaire, questionnaireResponse });
      return 'complete';
    } catch (error) {
      const reason = error instanceof DomainError ? error.reason : 'INTERNAL';
      this.logger.warn(`The submission is accepted; its analysis is pending: ${reason}`);
      return 'pending';
    }
  }
}

const rejectionIssue = ({ rule, message, expression, linkId }: ValidationIssue): RejectionIssue => ({
  rule,
  message,
  ...(expression && { expression }),
  ...(linkId && { linkId }),
});
