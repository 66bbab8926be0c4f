import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import { createOpenApiDocument } from './openapi-document.js';

/** Serves Swagger UI at `/docs` and the document at `/docs-json`, with nothing from any other host. */
export function serveDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app), {
    customSiteTitle: 'ePRO platform API',
    swaggerOptions: {
      // By default the page sends the document's address to a public validator.
      validatorUrl: null,
      persistAuthorization: true,
    },
  });
}
