import { Module } from '@nestjs/common';
import { QuestionnaireCatalogue } from './questionnaires/questionnaire-catalogue.js';
import { SubmissionValidator } from './submissions/submission-validator.js';
import { ValidationController } from './validation.controller.js';

@Module({ controllers: [ValidationController], providers: [QuestionnaireCatalogue, SubmissionValidator] })
export class AppModule {}
