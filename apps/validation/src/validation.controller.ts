import {
  GrpcService,
  ValidationServiceService,
  type GetQuestionnaireRequest,
  type GetQuestionnaireResponse,
  type GrpcServiceHandlers,
  type ListQuestionnairesResponse,
  type ValidateSubmissionRequest,
  type ValidateSubmissionResponse,
} from '@epro/contracts';
import { QuestionnaireCatalogue } from './questionnaires/questionnaire-catalogue.js';
import { SubmissionValidator } from './submissions/submission-validator.js';
import { toValidationIssue } from './submissions/to-validation-issue.js';

@GrpcService(ValidationServiceService)
export class ValidationController implements GrpcServiceHandlers<typeof ValidationServiceService> {
  constructor(
    private readonly catalogue: QuestionnaireCatalogue,
    private readonly validator: SubmissionValidator,
  ) {}

  listQuestionnaires(): ListQuestionnairesResponse {
    return { questionnaires: this.catalogue.latest() };
  }

  getQuestionnaire({ id, version }: GetQuestionnaireRequest): GetQuestionnaireResponse {
    return { questionnaire: this.catalogue.get(id, version) };
  }

  validateSubmission({ questionnaireResponse, patientId }: ValidateSubmissionRequest): ValidateSubmissionResponse {
    const { questionnaire, issues } = this.validator.validate(questionnaireResponse, patientId);
    return {
      questionnaire: questionnaire && { id: questionnaire.id, url: questionnaire.url, version: questionnaire.version },
      issues: issues.map(toValidationIssue),
    };
  }
}
