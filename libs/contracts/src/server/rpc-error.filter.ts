import { Catch, Logger, type ExceptionFilter } from '@nestjs/common';
import { recordError } from '@epro/telemetry';
import { throwError, type Observable } from 'rxjs';
import { DomainError } from '../errors/domain-error.js';
import { toGrpcStatus } from '../errors/grpc-status.js';

/**
 * The one place where a service's failure becomes a gRPC status. Expected failures keep their reason; anything else
 * is recorded on the span, logged with its stack, and answered as INTERNAL without a word of its own text.
 */
@Catch()
export class RpcErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(RpcErrorFilter.name);

  catch(error: unknown): Observable<never> {
    recordError(error);
    if (error instanceof DomainError && error.code !== 'INTERNAL') return throwError(() => toGrpcStatus(error));
    // Of a thrown string nothing is logged: it may be anything.
    this.logger.error(
      error instanceof Error ? error : new TypeError(`A ${typeof error} was thrown instead of an Error`),
    );
    const internal = new DomainError(
      'INTERNAL',
      'INTERNAL',
      'The service failed. Quote the trace id when you report this.',
    );
    return throwError(() => toGrpcStatus(internal));
  }
}
