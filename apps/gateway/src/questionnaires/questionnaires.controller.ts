import { Controller, Get, Header, Inject, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DomainError } from '@epro/contracts';
import { FHIR_JSON, FHIR_JSON_UTF8 } from '../http/media-types.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { VALIDATION_CLIENT, type ValidationClient } from '../services/service-clients.js';
import { questionnaireBundle } from './questionnaire-bundle.js';
import {
  questionnaireBundleSchema,
  questionnaireIdSchema,
  questionnaireSchema,
  questionnaireVersionSchema,
} from './questionnaire.schemas.js';

@ApiTags('Questionnaires')
@ApiBearerAuth()
@ApiProduces(FHIR_JSON)
@Controller('api/v1/questionnaires')
export class QuestionnairesController {
  constructor(@Inject(VALIDATION_CLIENT) private readonly validation: ValidationClient) {}

  @Get()
  @Header('content-type', FHIR_JSON_UTF8)
  @ApiOperation({ summary: 'The latest published version of each questionnaire' })
  @ApiResponse({ status: 200, description: 'FHIR R4 Bundle (searchset).', standardSchema: questionnaireBundleSchema })
  @ApiProblems(401, 429, 500, 503)
  async listQuestionnaires(): Promise<string> {
    const { questionnaires } = await this.validation.listQuestionnaires({});
    return questionnaireBundle(questionnaires);
  }

  @Get(':id')
  @Header('content-type', FHIR_JSON_UTF8)
  @ApiOperation({ summary: 'One questionnaire', description: 'The version asked for, or the latest.' })
  @ApiQuery({ name: 'version', required: false })
  @ApiResponse({ status: 200, description: 'FHIR R4 Questionnaire.', standardSchema: questionnaireSchema })
  @ApiProblems(400, 401, 404, 429, 500, 503)
  async getQuestionnaire(
    @Param('id', { schema: questionnaireIdSchema }) id: string,
    @Query('version', { schema: questionnaireVersionSchema }) version: string | undefined,
  ): Promise<string> {
    const { questionnaire } = await this.validation.getQuestionnaire({ id, version: version ?? '' });
    if (!questionnaire) {
      throw new DomainError('INTERNAL', 'NO_QUESTIONNAIRE', 'The validation service answered without a questionnaire.');
    }
    return questionnaire.resource.toString('utf8');
  }
}
