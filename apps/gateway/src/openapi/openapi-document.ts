import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { problemSchema } from '../problem/problem.js';
import { questionnaireResponseSchema } from '../submissions/submission.schemas.js';
import { openApiSchema, zodConverter } from './zod-converter.js';

const text = { type: 'string' as const };

/** On every response, whoever answered it. */
const TRACE_HEADERS = {
  'X-Trace-ID': { description: 'Finds the trace of this request.', schema: text },
  'X-Request-ID': {
    description: "The caller's own request id where it sent a valid one; else the trace id.",
    schema: text,
  },
  traceresponse: { description: 'W3C Trace Context Level 2 response header.', schema: text },
};

/** The API as OpenAPI 3.1, made from the controllers and the schemas that check requests. */
export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('ePRO platform')
    .setDescription(
      'Electronic patient-reported outcomes. Sign in, read the questionnaires, submit a response. ' +
        'Every response names its trace; errors are RFC 9457 problem details.',
    )
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: zodConverter,
    operationIdFactory: (_controller, method) => method,
  });
  // Referred to by hand, so not found by the scan.
  const schemas = ((document.components ??= {}).schemas ??= {});
  for (const schema of [problemSchema, questionnaireResponseSchema]) {
    Object.assign(schemas, openApiSchema(schema).components);
  }
  for (const response of responsesOf(document)) response.headers = { ...TRACE_HEADERS, ...response.headers };
  return document;
}

interface DocumentedResponse {
  headers?: Record<string, unknown>;
}

const responsesOf = (document: OpenAPIObject): DocumentedResponse[] =>
  Object.values(document.paths)
    .flatMap((path) => [path.get, path.post])
    .flatMap((operation) => Object.values(operation?.responses ?? {}) as DocumentedResponse[]);
