import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { FHIR_JSON, JSON_TYPE } from '../http/media-types.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { schemaRef } from '../openapi/schema-ref.js';
import { acceptedExample, questionnaireResponseExample, submissionExample } from './submission.examples.js';
import { acceptedSubmissionSchema, questionnaireResponseSchema, submissionSchema } from './submission.schemas.js';

export const ApiSubmissions = () => applyDecorators(ApiTags('Submissions'), ApiBearerAuth());

export const ApiSubmit = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Submit a response',
      description:
        'Participants only. 201 means that the response is stored. After a 409, a 503 or a broken connection send ' +
        'it again with the same Idempotency-Key: it is never stored twice.',
    }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      description: 'A UUID that the client makes for each new submission and repeats when it retries it.',
      schema: { type: 'string', format: 'uuid' },
      example: '7f1c2b1e-5d0a-4c59-9a53-6f6f1f1c8a11',
    }),
    ApiConsumes(JSON_TYPE, FHIR_JSON),
    ApiBody({
      required: true,
      description: 'At most 256 KB.',
      schema: schemaRef(questionnaireResponseSchema),
      examples: { phq9: { summary: 'A complete PHQ-9', value: questionnaireResponseExample } },
    }),
    ApiResponse({
      status: 201,
      description: 'Stored.',
      standardSchema: acceptedSubmissionSchema,
      example: acceptedExample,
      headers: { Location: { description: 'Where the submission can be read.', schema: { type: 'string' } } },
    }),
    ApiResponse({
      status: 200,
      description: 'The same key and body were stored before; this is the answer again.',
      standardSchema: acceptedSubmissionSchema,
      example: acceptedExample,
      headers: { 'Idempotent-Replayed': { description: 'Always `true`.', schema: { type: 'string', enum: ['true'] } } },
    }),
    ApiProblems(400, 401, 403, 408, 409, 413, 415, 422, 429, 500, 503),
  );

export const ApiGetSubmission = () =>
  applyDecorators(
    ApiOperation({
      summary: 'One submission',
      description: 'Staff read those of their tenant, participants their own. Any other is not found.',
    }),
    ApiResponse({
      status: 200,
      description: 'The submission.',
      standardSchema: submissionSchema,
      example: submissionExample,
    }),
    ApiProblems(400, 401, 403, 404, 429, 500, 503),
  );
