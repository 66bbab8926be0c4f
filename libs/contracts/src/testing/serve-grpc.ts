import {
  Server,
  ServerCredentials,
  type MethodDefinition,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { grpcServerInterceptors } from '@epro/telemetry';
import { HealthImplementation } from 'grpc-health-check';
import { deadlineInterceptor } from '../deadline/deadline.interceptor.js';
import { DomainError } from '../errors/domain-error.js';
import { toGrpcStatus } from '../errors/grpc-status.js';
import { serviceName, type ServiceDefinition } from '../service-definition.js';

/** What a test lets a service answer. A `DomainError` arrives at the client as from a real service. */
export type TestHandlers<Definition extends ServiceDefinition> = {
  [Name in keyof Definition]?: Definition[Name] extends MethodDefinition<infer Request, infer Response>
    ? (request: Request) => Promise<Response> | Response
    : never;
};

export interface TestGrpcServer {
  /** `host:port`. */
  readonly address: string;
  /** What its health service says; serving at first. */
  setServing(serving: boolean): void;
  /** Ends it at once: calls in flight fail, as when a process dies. */
  kill(): void;
}

/**
 * Serves a generated definition in this process: over a real socket, with tracing, deadlines, the health service and
 * domain errors as `runGrpcService` has them, and without Nest. A method without a handler is UNIMPLEMENTED.
 */
export async function serveGrpc<Definition extends ServiceDefinition>(
  definition: Definition,
  handlers: TestHandlers<Definition>,
  address = '127.0.0.1:0',
): Promise<TestGrpcServer> {
  const server = new Server({ interceptors: [...grpcServerInterceptors(), deadlineInterceptor] });
  const health = new HealthImplementation({ '': 'SERVING', [serviceName(definition)]: 'SERVING' });
  health.addToServer(server);
  const implementation: UntypedServiceImplementation = {};
  for (const [name, handler] of Object.entries(handlers)) {
    implementation[name] = unary(handler as (request: unknown) => unknown);
  }
  server.addService(definition, implementation);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    address: `127.0.0.1:${port}`,
    setServing: (serving) => health.setStatus('', serving ? 'SERVING' : 'NOT_SERVING'),
    kill: () => server.forceShutdown(),
  };
}

const unary =
  (handler: (request: unknown) => unknown) =>
  (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>): void => {
    void Promise.resolve(call.request)
      .then(handler)
      .then(
        (response) => done(null, response),
        (error: unknown) => done(toGrpcStatus(asDomainError(error))),
      );
  };

const asDomainError = (error: unknown): DomainError =>
  error instanceof DomainError ? error : new DomainError('INTERNAL', 'INTERNAL', 'The service failed.');
