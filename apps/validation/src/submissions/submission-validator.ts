import { checkSubmission, type SubmissionCheck } from '@epro/response-validator';
import { withSpan } from '@epro/telemetry';
import { Injectable } from '@nestjs/common';
import { QuestionnaireCatalogue } from '../questionnaires/questionnaire-catalogue.js';

/** The step of a submission that decides whether it is accepted. */
@Injectable()
export class SubmissionValidator {
  constructor(private readonly catalogue: QuestionnaireCatalogue) {}

  /**
   * @param bytes FHIR R4 QuestionnaireResponse as UTF-8 JSON
   * @param patientId subject code of the authenticated patient
   * @throws whatever a defect of the validator throws: the call fails, and nobody takes that for "valid"
   */
  validate(bytes: Uint8Array, patientId: string): SubmissionCheck {
    const resolve = (canonical: string) => this.catalogue.resolve(canonical);
    return withSpan('validatePatientData', () => checkSubmission(bytes, { resolve, patientId }));
  }
}
