import type { Analysis, QuestionnaireRef } from '@epro/contracts';
import { withSpan } from '@epro/telemetry';
import { Injectable } from '@nestjs/common';
import { analyze } from './analyze.js';

/** The step of a submission that interprets what was stored. */
@Injectable()
export class SubmissionAnalyzer {
  /**
   * @param bytes FHIR R4 QuestionnaireResponse as UTF-8 JSON, as it was stored
   * @throws DomainError INVALID_ARGUMENT or NOT_FOUND, see {@link analyze}
   */
  analyze(bytes: Uint8Array, questionnaire: QuestionnaireRef | undefined): Analysis {
    return withSpan('analyzeSubmission', () => analyze(bytes, questionnaire));
  }
}
