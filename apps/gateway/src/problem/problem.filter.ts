import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { currentRequest, recordError } from '@epro/telemetry';
import type { FastifyReply } from 'fastify';
import { failureOf } from './failure-of.js';
import { problemOf } from './problem.js';

export const PROBLEM_JSON = 'application/problem+json';

/** The one place where a failure becomes an HTTP answer, whoever threw it: a handler, a guard, Nest or Fastify. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const failure = failureOf(error);
    if (failure.status === 503) this.logger.warn(`${failure.code}: ${failure.detail}`);
    if (failure.status === 500) this.logger.error(error);
    recordError(failure.status >= 500 ? error : { expected: true, reason: failure.code });
    if (reply.sent) return;
    void reply
      .status(failure.status)
      .headers(failure.headers)
      .type(PROBLEM_JSON)
      .send(problemOf(failure, currentRequest()));
  }
}
