import type { Metadata, sendUnaryData, Server } from '@grpc/grpc-js';
import type { EventEmitter } from 'node:events';
import { recordError } from '@epro/telemetry';
import { DomainError } from '../errors/domain-error.js';
import { toGrpcStatus, type GrpcStatus } from '../errors/grpc-status.js';

/** A stream as grpc-js has it. One that a `for await` loop was left of by an error is destroyed, and sends no status of its own. */
interface Call extends EventEmitter {
  readonly destroyed?: boolean;
  readonly call?: { sendStatus(status: { code: number; details: string; metadata: Metadata }): void };
}

type Handler = (call: Call, answer?: sendUnaryData<unknown>) => unknown;

/**
 * Lets no handler end the process. What Nest runs is asynchronous for grpc-js, which waits for nothing: a failure that
 * no filter turned into a status, as that of a stream passed through (`@GrpcStreamCall`), would be an unhandled rejection,
 * and its call would never end. Call it before services are added.
 */
export function guardHandlers(server: Server): void {
  const addService = server.addService.bind(server);
  server.addService = (service, implementation) => {
    const handlers = Object.entries(implementation as Record<string, Handler>);
    addService(service, Object.fromEntries(handlers.map(([name, handler]) => [name, guarded(handler)])));
  };
}

const guarded =
  (handler: Handler): Handler =>
  async (call, answer) => {
    try {
      await handler(call, answer);
    } catch (error) {
      recordError(error);
      const status = isStatus(error)
        ? error
        : toGrpcStatus(new DomainError('INTERNAL', 'INTERNAL', 'The service failed.'));
      if (answer) answer(status);
      else if (call.destroyed) call.call?.sendStatus({ ...status, details: status.message });
      else call.emit('error', status);
    }
  };

/** What the error filter has made of a failure. */
function isStatus(error: unknown): error is GrpcStatus {
  return typeof error === 'object' && error !== null && 'code' in error && 'metadata' in error && 'message' in error;
}
