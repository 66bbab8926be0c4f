import {
  AnalysisServiceService,
  GrpcService,
  type AnalyzeSubmissionRequest,
  type AnalyzeSubmissionResponse,
  type GrpcServiceHandlers,
} from '@epro/contracts';
import { SubmissionAnalyzer } from './submissions/submission-analyzer.js';

@GrpcService(AnalysisServiceService)
export class AnalysisController implements GrpcServiceHandlers<typeof AnalysisServiceService> {
  constructor(private readonly analyzer: SubmissionAnalyzer) {}

  analyzeSubmission({ questionnaire, questionnaireResponse }: AnalyzeSubmissionRequest): AnalyzeSubmissionResponse {
    return { analysis: this.analyzer.analyze(questionnaireResponse, questionnaire) };
  }
}
