import { HttpException } from '@nestjs/common';
import type { Failure } from './failure.js';

/** Codes and texts of our own: what Fastify and Nest say quotes the URL, the media type or the body. */
const BY_STATUS: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['MALFORMED_REQUEST', 'The request is malformed.'],
  404: ['NO_SUCH_RESOURCE', 'There is nothing at this address. The API is described at /docs.'],
  408: ['REQUEST_TIMEOUT', 'The request did not arrive in time. Send it again.'],
  413: ['BODY_TOO_LARGE', 'The body is larger than 256 KB (262144 bytes).'],
  414: ['URL_TOO_LONG', 'The URL is too long.'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json or application/fhir+json, UTF-8, uncompressed.'],
  431: ['HEADERS_TOO_LARGE', 'The request headers are too large.'],
};

const BY_FASTIFY_CODE: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['MALFORMED_JSON', 'The body is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['EMPTY_BODY', 'The body is empty.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['INCOMPLETE_BODY', 'The body is not as long as Content-Length says.'],
};

/** The failure behind an error of Nest, Fastify or Node's HTTP parser; `undefined` for an error of any other kind. */
export function transportFailureOf(error: unknown): Failure | undefined {
  const status = statusOf(error);
  if (status === undefined) return undefined;
  const [code, detail] =
    BY_FASTIFY_CODE[fastifyCodeOf(error) ?? ''] ??
    BY_STATUS[status] ??
    (['REQUEST_REFUSED', 'The request cannot be served.'] as const);
  return { status, code, detail, headers: {}, issues: [] };
}

function statusOf(error: unknown): number | undefined {
  const status = error instanceof HttpException ? error.getStatus() : field(error, 'statusCode');
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/** Nest wraps what Fastify throws; the code is then the cause's. */
function fastifyCodeOf(error: unknown): string | undefined {
  const code = field(error, 'code') ?? field(field(error, 'cause'), 'code');
  return typeof code === 'string' ? code : undefined;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
