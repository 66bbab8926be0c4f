import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { PROBLEM_JSON } from '../problem/problem.filter.js';
import { problemOf } from '../problem/problem.js';
import { transportFailureOf } from '../problem/transport-failure-of.js';

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** The request of a connection that is being read or handled. */
const inFlight = new WeakMap<Socket, FastifyReply>();

/** Lets {@link answerClientError} find the trace of a request whose body turned out to be unreadable. */
export function rememberRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    inFlight.set(request.raw.socket, reply);
    done();
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    inFlight.delete(request.raw.socket);
    done();
  });
}

/**
 * Answers what Node's HTTP parser could not read, where Fastify has no hook: in our format and with our headers. Where
 * not even a request's head could be read there is no trace, and the headers name one that is flagged as not recorded.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const reply = inFlight.get(socket);
  if (socket.writable && !reply?.raw.headersSent) {
    socket.write(errorResponse(STATUS_BY_CODE[error.code ?? ''] ?? 400, traceHeaders(reply)));
  }
  socket.destroy(error);
}

function traceHeaders(
  reply: FastifyReply | undefined,
): Record<'x-trace-id' | 'x-request-id' | 'traceresponse', string> {
  const traceId = String(reply?.getHeader('x-trace-id') ?? randomBytes(16).toString('hex'));
  return {
    'x-trace-id': traceId,
    'x-request-id': String(reply?.getHeader('x-request-id') ?? traceId),
    traceresponse: String(reply?.getHeader('traceresponse') ?? `00-${traceId}-${randomBytes(8).toString('hex')}-00`),
  };
}

function errorResponse(status: number, trace: ReturnType<typeof traceHeaders>): string {
  const failure = transportFailureOf({ statusCode: status });
  const ids = { traceId: trace['x-trace-id'], requestId: trace['x-request-id'] };
  const body = failure ? JSON.stringify(problemOf(failure, ids)) : '';
  const headers = {
    ...trace,
    'content-type': `${PROBLEM_JSON}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n');
}
