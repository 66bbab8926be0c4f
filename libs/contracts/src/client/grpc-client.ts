import { Client, credentials, type ChannelOptions, type MethodDefinition, type ServiceError } from '@grpc/grpc-js';
import { grpcClientInterceptors, registerGrpcClient } from '@epro/telemetry';
import { callDeadline } from '../deadline/deadline.js';
import { DomainError } from '../errors/domain-error.js';
import { fromGrpcStatus } from '../errors/grpc-status.js';
import { serviceName, type AnyMethod, type ServiceDefinition } from '../service-definition.js';

/** The unary methods of a generated service definition as promises. */
export type GrpcClient<Definition extends ServiceDefinition> = {
  readonly [Name in keyof Definition]: Definition[Name] extends MethodDefinition<infer Request, infer Response>
    ? (request: Request, options?: CallOptions) => Promise<Response>
    : never;
} & {
  /** Closes the channel; calls in flight still end. */
  close(): void;
};

export interface CallOptions {
  /** Longest time this call may take, in ms; the client's own by default. */
  timeoutMs?: number;
}

export interface GrpcClientOptions {
  /** `host:port` of the service. */
  address: string;
  /** Longest time a call may take, in ms, where the request being handled has no earlier deadline. Default 5000. */
  timeoutMs?: number;
}

/** One channel's settings. Retries and channelz are off: both cost on every call, and retrying is the caller's decision. */
const CHANNEL_OPTIONS: ChannelOptions = {
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  // A service that comes back is found within a second.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
};

/**
 * The one place where gRPC channels are made: traced, with a deadline on every call, and failures as {@link DomainError}.
 *
 * @param definition generated service definition, for example `AuthServiceService`
 */
export function createGrpcClient<Definition extends ServiceDefinition>(
  definition: Definition,
  { address, timeoutMs = 5000 }: GrpcClientOptions,
): GrpcClient<Definition> {
  const service = serviceName(definition);
  const client = new Client(address, credentials.createInsecure(), {
    ...CHANNEL_OPTIONS,
    interceptors: grpcClientInterceptors(address),
  });
  const unregister = registerGrpcClient(service, client);
  const call = (method: AnyMethod, request: unknown, options?: CallOptions) =>
    new Promise<unknown>((resolve, reject) => {
      const deadline = callDeadline(options?.timeoutMs ?? timeoutMs);
      const done = (error: ServiceError | null, response?: unknown) =>
        error ? reject(fromGrpcStatus(service, error)) : resolve(response);
      client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        { deadline },
        done,
      );
    });
  const methods = Object.entries(definition).map(([name, method]) => [
    name,
    method.requestStream || method.responseStream
      ? () =>
          Promise.reject(new DomainError('INTERNAL', 'NOT_UNARY', `${method.path} is a stream; this client is unary.`))
      : (request: unknown, options?: CallOptions) => call(method, request, options),
  ]);
  const close = () => {
    unregister();
    client.close();
  };
  return Object.assign(Object.fromEntries(methods), { close }) as GrpcClient<Definition>;
}
