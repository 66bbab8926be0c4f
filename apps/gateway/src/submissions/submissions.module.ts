import { Module } from '@nestjs/common';
import { SubmissionsController } from './submissions.controller.js';
import { SubmitQuestionnaireHandler } from './submit-questionnaire.handler.js';

@Module({ controllers: [SubmissionsController], providers: [SubmitQuestionnaireHandler] })
export class SubmissionsModule {}
