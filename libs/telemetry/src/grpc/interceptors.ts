import type { Interceptor, ServerInterceptor } from '@grpc/grpc-js';
import { ensureContextManager, isOwnHop, isRecording } from '../sdk/telemetry.js';
import { createClientInterceptor } from './client.interceptor.js';
import { createServerInterceptor } from './server.interceptor.js';

/**
 * What a gRPC client to `address` (`host:port`) needs for its calls to be traced; goes into its `interceptors`
 * option. Empty where `instrumentation-grpc` is selected, or tracing is off.
 */
export function grpcClientInterceptors(address: string): Interceptor[] {
  return isRecording() && isOwnHop('grpc-client') ? [createClientInterceptor(address)] : [];
}

/**
 * What a gRPC server needs for its calls to be traced; goes into `channelOptions.interceptors` of Nest's gRPC
 * transport, or the `interceptors` option of grpc-js. Empty where `instrumentation-grpc` is selected, or tracing is off.
 */
export function grpcServerInterceptors(): ServerInterceptor[] {
  ensureContextManager();
  return isRecording() && isOwnHop('grpc-server') ? [createServerInterceptor()] : [];
}
