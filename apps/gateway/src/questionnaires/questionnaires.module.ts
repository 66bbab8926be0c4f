import { Module } from '@nestjs/common';
import { QuestionnairesController } from './questionnaires.controller.js';

@Module({ controllers: [QuestionnairesController] })
export class QuestionnairesModule {}
