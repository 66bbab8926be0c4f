import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type GetSubmissionRequest, type GetSubmissionResponse } from '@epro/contracts';
import { toSubmission } from './submission-record.js';
import { SubmissionRepository } from './submission.repository.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TENANT = /^[A-Za-z0-9._:/|@-]{1,128}$/;

/** The latest version of a submission, for whoever may see it; for anybody else there is none. */
@Injectable()
export class GetSubmissionHandler {
  constructor(@Inject(SubmissionRepository) private readonly submissions: SubmissionRepository) {}

  async handle({ actor, submissionId, patientId }: GetSubmissionRequest): Promise<GetSubmissionResponse> {
    const tenantId = actor?.tenantId ?? '';
    const found =
      UUID.test(submissionId) && TENANT.test(tenantId)
        ? await this.submissions.find({ tenantId, submissionId, patientId })
        : undefined;
    if (!found) {
      throw new DomainError(
        'NOT_FOUND',
        'SUBMISSION_NOT_FOUND',
        'There is no such submission, or you may not see it. Check the id.',
      );
    }
    return { submission: toSubmission(found), questionnaireResponse: Buffer.from(found.response) };
  }
}
