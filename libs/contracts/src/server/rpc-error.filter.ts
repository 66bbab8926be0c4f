import { Catch, Logger, type ExceptionFilter } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { recordError } from '@epro/telemetry';
import { throwError, type Observable } from 'rxjs';
import { DomainError } from '../errors/domain-error.js';
import { toGrpcStatus, type GrpcStatus } from '../errors/grpc-status.js';
import { isFault, statusOfRpcException } from '../errors/rpc-exception-status.js';

/**
 * The one place where a service's failure becomes a gRPC status. Expected failures keep their reason, and Nest's
 * RpcException its status; anything else is recorded on the span, logged with its stack, and answered as INTERNAL
 * without a word of its own text.
 *
 * What it gives to Nest is always a status: grpc-js ends the process on a string.
 */
@Catch()
export class RpcErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(RpcErrorFilter.name);

  catch(error: unknown): Observable<never> {
    const status = this.statusOf(error);
    return throwError(() => status);
  }

  private statusOf(error: unknown): GrpcStatus {
    if (error instanceof RpcException) {
      const status = statusOfRpcException(error);
      if (isFault(status.code)) this.report(error);
      return status;
    }
    if (error instanceof DomainError && error.code !== 'INTERNAL') {
      recordError(error);
      return toGrpcStatus(error);
    }
    this.report(error);
    return toGrpcStatus(
      new DomainError('INTERNAL', 'INTERNAL', 'The service failed. Quote the trace id when you report this.'),
    );
  }

  private report(error: unknown): void {
    recordError(error);
    // Of a thrown string nothing is logged: it may be anything.
    this.logger.error(
      error instanceof Error ? error : new TypeError(`A ${typeof error} was thrown instead of an Error`),
    );
  }
}
