import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { jsonToProtobuf } from './json-to-protobuf.js';
import { loopbackCors } from './loopback-cors.js';
import {
  otlpEncoding,
  RPC_CODE,
  SUPPORTED_MEDIA_TYPES,
  type OtlpEncoding,
  type PartialSuccess,
} from './otlp-encoding.js';
import { OtlpFormatError } from './otlp-format.error.js';
import { parseJson } from './parse-json.js';
import { BodyTooLargeError, decompressBody } from './read-body.js';

export interface OtlpServerOptions {
  /** Stores an encoded `ExportTraceServiceRequest`. */
  readonly ingest: (request: Uint8Array) => PartialSuccess;
  /** The most bytes a body may have, before and after decompression. */
  readonly maxBodyBytes: number;
}

const ACCEPTED: PartialSuccess = { rejected: 0, reason: '' };

/**
 * The OTLP/HTTP receiver.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function createOtlpServer({ ingest, maxBodyBytes }: OtlpServerOptions): FastifyInstance {
  const server = fastify({ logger: false, bodyLimit: maxBodyBytes, forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  loopbackCors(server);

  const receive =
    (store: (request: Uint8Array) => PartialSuccess) => async (request: FastifyRequest, reply: FastifyReply) => {
      const encoding = otlpEncoding(request.headers['content-type']);
      if (!encoding) {
        const supported = SUPPORTED_MEDIA_TYPES.join(', ');
        return reply.code(415).type('text/plain').send(`415 unsupported media type, supported: [${supported}]`);
      }
      const given = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const body = await decompressBody(given, request.headers['content-encoding'], maxBodyBytes);
      const outcome = store(
        encoding.contentType === 'application/json' ? jsonToProtobuf(parseJson(body.toString('utf8'))) : body,
      );
      return send(reply, encoding, 200, encoding.exportResponse(outcome));
    };

  server.post('/v1/traces', receive(ingest));
  // SDKs that also send metrics and logs would otherwise report an error every few seconds.
  for (const signal of ['/v1/metrics', '/v1/logs']) {
    server.post(signal, (request, reply) => {
      const encoding = otlpEncoding(request.headers['content-type']) ?? otlpEncoding('application/json')!;
      return send(reply, encoding, 200, encoding.exportResponse(ACCEPTED));
    });
  }
  for (const path of ['/v1/traces', '/v1/metrics', '/v1/logs']) {
    server.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url: path,
      handler: (_request, reply) =>
        reply.code(405).header('Allow', 'POST').type('text/plain').send('405 method not allowed, supported: [POST]'),
    });
  }
  server.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('404 page not found'));
  server.setErrorHandler((error, request, reply) => {
    const encoding = otlpEncoding(request.headers['content-type']) ?? otlpEncoding('application/json')!;
    const { httpStatus, rpcCode, message } = describe(error as Error, maxBodyBytes);
    if (httpStatus === 500) console.error('The OTLP receiver failed:', error);
    return send(reply, encoding, httpStatus, encoding.status(rpcCode, message));
  });
  return server;
}

function send(reply: FastifyReply, encoding: OtlpEncoding, httpStatus: number, body: Uint8Array) {
  return reply.code(httpStatus).header('Content-Type', encoding.contentType).send(body);
}

function describe(error: Error & { code?: string; statusCode?: number }, maxBodyBytes: number) {
  if (error instanceof OtlpFormatError)
    return { httpStatus: 400, rpcCode: RPC_CODE.invalidArgument, message: error.message };
  if (error instanceof BodyTooLargeError || error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const message = `the body is larger than ${maxBodyBytes} bytes; send smaller batches`;
    return { httpStatus: 413, rpcCode: RPC_CODE.resourceExhausted, message };
  }
  if (error.statusCode !== undefined && error.statusCode < 500)
    return { httpStatus: error.statusCode, rpcCode: RPC_CODE.invalidArgument, message: error.message };
  return { httpStatus: 500, rpcCode: RPC_CODE.internal, message: 'the receiver failed' };
}
