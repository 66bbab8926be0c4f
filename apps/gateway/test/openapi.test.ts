import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEM_EXAMPLES } from '../src/openapi/problem-examples.js';
import { problemSchema } from '../src/problem/problem.js';
import {
  acceptedExample,
  questionnaireResponseExample,
  submissionExample,
} from '../src/submissions/submission.examples.js';
import { acceptedSubmissionSchema, submissionSchema } from '../src/submissions/submission.schemas.js';
import { startTestGateway, type TestGateway } from './support/test-gateway.js';

interface Operation {
  responses: Record<string, { content?: Record<string, { schema?: unknown; example?: unknown }>; headers?: object }>;
  security?: unknown[];
  operationId: string;
}

let gateway: TestGateway;
let document: OpenAPIObject;
let operations: [call: string, Operation][];

beforeAll(async () => {
  gateway = await startTestGateway();
  document = (await gateway.get('/docs-json')).json as unknown as OpenAPIObject;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation as Operation,
    ]),
  );
});
afterAll(() => gateway.stop());

/** Every route that a controller serves, as its decorators say. */
function routes(): string[] {
  const metadata = (key: string, target: object) => Reflect.getMetadata(key, target) as unknown;
  const controllers = [...gateway.app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  return controllers.flatMap(({ metatype }) => {
    if (!metatype) return [];
    const prototype = metatype.prototype as Record<string, object>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const method = handler && metadata(METHOD_METADATA, handler);
      if (method === undefined) return [];
      const parts = [metadata(PATH_METADATA, metatype), metadata(PATH_METADATA, handler as object)];
      const path = parts
        .map((part) => String(part).replace(/^\/|\/$/g, ''))
        .filter(Boolean)
        .join('/');
      return [`${RequestMethod[method as number]} /${path.replace(/:(\w+)/g, '{$1}')}`];
    });
  });
}

describe('the document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate({ ...document })).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every route that there is, and no other', () => {
    expect(operations.map(([call]) => call).sort()).toEqual(routes().sort());
    expect(new Set(operations.map(([, { operationId }]) => operationId)).size).toBe(operations.length);
  });

  it('says of every response what it holds and that it names its trace', () => {
    for (const [call, { responses }] of operations) {
      for (const [status, { content, headers }] of Object.entries(responses)) {
        expect({ call, status, headers }).toMatchObject({
          headers: { 'X-Trace-ID': {}, 'X-Request-ID': {}, traceresponse: {} },
        });
        for (const each of Object.values(content ?? { none: {} })) {
          expect({ call, status, ...each }).toHaveProperty('schema');
        }
      }
    }
  });

  it('refers to no schema that it does not have', () => {
    const known = Object.keys(document.components?.schemas ?? {}).map((name) => `#/components/schemas/${name}`);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(known.length);
    for (const [, reference] of references) expect(known).toContain(reference);
  });

  it('asks for a token everywhere but at sign-in and for health', () => {
    const open = operations.filter(([, { security }]) => !security).map(([call]) => call);
    expect(open.sort()).toEqual([
      'GET /healthz',
      'GET /readyz',
      'POST /api/v1/auth/refresh',
      'POST /api/v1/auth/token',
    ]);
  });
});

describe('the examples', () => {
  it('are of the forms that they stand for', () => {
    acceptedSubmissionSchema.strict().parse(acceptedExample);
    submissionSchema.strict().parse(submissionExample);
    for (const [status, { code, detail }] of Object.entries(PROBLEM_EXAMPLES)) {
      const documented = operations
        .map(([, { responses }]) => responses[status]?.content?.['application/problem+json'])
        .filter((content) => content !== undefined);
      expect(documented, status).not.toEqual([]);
      for (const { example } of documented) {
        expect(problemSchema.strict().parse(example)).toMatchObject({ status: Number(status), code, detail });
      }
    }
  });

  it('include a response that can be sent as it is', () => {
    const body = document.paths['/api/v1/submissions']?.post?.requestBody as { content: object };
    expect(body.content).toEqual({
      'application/json': expect.objectContaining({ examples: expect.anything() as unknown }) as unknown,
      'application/fhir+json': expect.objectContaining({ examples: expect.anything() as unknown }) as unknown,
    });
    expect(JSON.stringify(body)).toContain(JSON.stringify(questionnaireResponseExample));
  });
});

describe('the page', () => {
  it('loads everything it needs from this server', async () => {
    const page = await fetch(`${gateway.url}/docs`);
    expect(page.status).toBe(200);
    const html = await page.text();
    const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => String(url));
    expect(loaded.length).toBeGreaterThan(3);
    for (const url of loaded.filter((each) => !each.startsWith('#'))) {
      expect(url).not.toMatch(/^(https?:)?\/\//);
      const asset = await fetch(new URL(url, page.url));
      expect({ url, status: asset.status, empty: (await asset.text()) === '' }).toEqual({
        url,
        status: 200,
        empty: false,
      });
    }
    const init = await (await fetch(`${gateway.url}/docs/swagger-ui-init.js`)).text();
    expect(init).toContain('"validatorUrl": null');
  });
});
