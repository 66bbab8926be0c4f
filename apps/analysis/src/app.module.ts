import { Module } from '@nestjs/common';
import { AnalysisController } from './analysis.controller.js';
import { SubmissionAnalyzer } from './submissions/submission-analyzer.js';

@Module({ controllers: [AnalysisController], providers: [SubmissionAnalyzer] })
export class AppModule {}
