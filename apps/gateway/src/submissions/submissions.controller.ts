import { Body, Controller, Get, Header, Inject, Param, Post, RawBody, Res } from '@nestjs/common';
import { Role, type Identity } from '@epro/contracts';
import { currentRequest } from '@epro/telemetry';
import type { FastifyReply } from 'fastify';
import { CurrentIdentity } from '../auth/current-identity.decorator.js';
import { Roles } from '../auth/roles.decorator.js';
import { JSON_UTF8 } from '../http/media-types.js';
import { STORAGE_CLIENT, type StorageClient } from '../services/service-clients.js';
import { IdempotencyKey } from './idempotency-key.decorator.js';
import { ApiGetSubmission, ApiSubmissions, ApiSubmit } from './submissions.api.js';
import { questionnaireResponseSchema, submissionIdSchema, type AcceptedSubmission } from './submission.schemas.js';
import { storedSubmission } from './stored-submission.js';
import { SubmitQuestionnaireHandler } from './submit-questionnaire.handler.js';
import { visiblePatient } from './visible-patient.js';

@ApiSubmissions()
@Controller('api/v1/submissions')
export class SubmissionsController {
  constructor(
    private readonly submitQuestionnaire: SubmitQuestionnaireHandler,
    @Inject(STORAGE_CLIENT) private readonly storage: StorageClient,
  ) {}

  @Post()
  @Roles(Role.ROLE_PARTICIPANT)
  @ApiSubmit()
  async submitResponse(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body({ schema: questionnaireResponseSchema }) _checked: object,
    @RawBody() questionnaireResponse: Buffer,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedSubmission> {
    const { traceId } = currentRequest();
    const { submission, replayed, analysis } = await this.submitQuestionnaire.execute({
      identity,
      idempotencyKey,
      questionnaireResponse,
      traceId,
    });
    if (replayed) void reply.status(200).header('idempotent-replayed', 'true');
    else void reply.status(201).header('location', `/api/v1/submissions/${submission.id}`);
    const { traceId: storedTraceId, ...stored } = storedSubmission(submission);
    return { ...stored, analysis: { status: analysis }, traceId: storedTraceId };
  }

  @Get(':id')
  @Header('content-type', JSON_UTF8)
  @ApiGetSubmission()
  async getSubmission(
    @CurrentIdentity() identity: Identity,
    @Param('id', { schema: submissionIdSchema }) submissionId: string,
  ): Promise<string> {
    const { submission, questionnaireResponse } = await this.storage.getSubmission({
      actor: { tenantId: identity.tenantId, userId: identity.userId },
      submissionId,
      patientId: visiblePatient(identity) ?? '',
    });
    if (!submission) throw new Error('GetSubmission answered without a submission.');
    const { patientId, questionnaire } = submission;
    const shown = JSON.stringify({ ...storedSubmission(submission), patientId, questionnaire });
    // The response is put in as it is stored: parsing it would change its decimals.
    return `${shown.slice(0, -1)},"questionnaireResponse":${questionnaireResponse.toString('utf8')}}`;
  }
}
