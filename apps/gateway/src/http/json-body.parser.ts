import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestRefusedError } from '../problem/request-refused.error.js';
import { FHIR_JSON, JSON_TYPE } from './media-types.js';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Takes JSON bodies, and no others. Handlers get the parsed value, and with Nest's `@RawBody()` the bytes: a FHIR
 * resource is passed on and stored as it was sent, because parsing loses what a decimal's digits say.
 */
export function acceptJsonBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>([JSON_TYPE, FHIR_JSON], { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = withoutByteOrderMark(body);
    const refusal = refusalOf(request, bytes);
    if (refusal) return done(refusal);
    Object.assign(request, { rawBody: bytes });
    // Fastify's parser declares a promise that it never returns.
    void parse(request, bytes.toString('utf8'), done);
  });
}

function refusalOf(request: FastifyRequest, body: Buffer): Error | undefined {
  const encoding = request.headers['content-encoding'];
  if (encoding && encoding.toLowerCase() !== 'identity') {
    return new RequestRefusedError(415, 'UNSUPPORTED_CONTENT_ENCODING', 'Send the body uncompressed.', {
      headers: { 'accept-encoding': 'identity' },
    });
  }
  if (!isUtf8(body)) return new RequestRefusedError(400, 'MALFORMED_JSON', 'The body is not UTF-8.');
  return undefined;
}

const withoutByteOrderMark = (body: Buffer): Buffer =>
  body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? body.subarray(BYTE_ORDER_MARK.length) : body;
