import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type SaveSubmissionRequest, type SaveSubmissionResponse } from '@epro/contracts';
import { evaluateSafetyRules, scoreResponse, type SafetyAlert } from '@epro/instruments';
import { businessMetrics, withSpan } from '@epro/telemetry';
import { readSaveRequest, type SaveCommand } from './read-save-request.js';
import { toSubmission } from './submission-record.js';
import { SubmissionRepository } from './submission.repository.js';

/** Stores a response with its scores and alerts in one transaction, once for each idempotency key. */
@Injectable()
export class SaveSubmissionHandler {
  constructor(@Inject(SubmissionRepository) private readonly submissions: SubmissionRepository) {}

  handle(request: SaveSubmissionRequest): Promise<SaveSubmissionResponse> {
    return withSpan('saveToDatabase', async () => this.save(readSaveRequest(request)), {
      'patient.id': request.patientId,
      'data.length': request.questionnaireResponse.length,
    });
  }

  private async save(command: SaveCommand): Promise<SaveSubmissionResponse> {
    let raised: readonly SafetyAlert[] = [];
    const saved = await this.submissions.inTransaction(async (transaction) => {
      const opened = await transaction.open(command);
      switch (opened.state) {
        case 'busy':
          throw new DomainError(
            'ABORTED',
            'IDEMPOTENCY_KEY_IN_USE',
            'A submission with this idempotency key is being stored. Send it again in a moment.',
          );
        case 'stored':
          if (!command.hash.equals(opened.requestHash)) {
            throw new DomainError(
              'ALREADY_EXISTS',
              'IDEMPOTENCY_KEY_REUSED',
              'This idempotency key was used for another body. Use a new key for a new submission.',
            );
          }
          return { submission: toSubmission(opened.record), replayed: true };
        case 'new': {
          const scores = [scoreResponse(command.questionnaire, command.response)];
          const alerts = evaluateSafetyRules(command.questionnaire, command.response);
          const record = await transaction.insert(command, scores, alerts);
          raised = alerts;
          return { submission: toSubmission(record), replayed: false };
        }
      }
    });
    businessMetrics.alertsRaised(raised);
    return saved;
  }
}
