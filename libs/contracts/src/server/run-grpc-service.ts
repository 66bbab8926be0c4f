import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Transport, type GrpcOptions } from '@nestjs/microservices';
import type { Server } from '@grpc/grpc-js';
import { createLogger, grpcServerInterceptors, shutdownOnSignal, verifyInstrumentation } from '@epro/telemetry';
import { HealthImplementation } from 'grpc-health-check';
import { deadlineInterceptor } from '../deadline/deadline.interceptor.js';
import { guardHandlers } from './guard-handlers.js';
import { RpcErrorFilter } from './rpc-error.filter.js';
import { serviceName, type ServiceDefinition } from '../service-definition.js';

export interface GrpcServiceOptions {
  /** Generated service definition. */
  definition: ServiceDefinition;
  /** Address to listen on. */
  host: string;
  port: number;
}

/**
 * Starts a Nest module as a gRPC service: traced, with deadlines, the error filter, the standard health service,
 * the instrumentation check, and a shutdown that loses neither a call nor a span.
 */
export async function runGrpcService(
  module: new (...args: never[]) => unknown,
  options: GrpcServiceOptions,
): Promise<INestMicroservice> {
  const service = serviceName(options.definition);
  const health = new HealthImplementation({ '': 'NOT_SERVING', [service]: 'NOT_SERVING' });
  const transport: GrpcOptions = {
    transport: Transport.GRPC,
    options: {
      package: service.slice(0, service.lastIndexOf('.')),
      packageDefinition: { [service]: options.definition },
      url: `${options.host}:${options.port}`,
      gracefulShutdown: true,
      onLoadPackageDefinition: (_definition: unknown, server: Server) => {
        health.addToServer(server);
        guardHandlers(server);
      },
      channelOptions: {
        'grpc.enable_channelz': 0,
        interceptors: [...grpcServerInterceptors(), deadlineInterceptor],
      },
    },
  };
  const app = await NestFactory.createMicroservice<GrpcOptions>(module, { ...transport, logger: createLogger() });
  app.useGlobalFilters(new RpcErrorFilter());
  shutdownOnSignal(app, { beforeClose: () => health.setStatus('', 'NOT_SERVING') });
  await app.listen().catch((error: unknown) => {
    const taken = error instanceof Error && error.message.includes('EADDRINUSE');
    throw taken ? new Error(`Port ${options.port} on ${options.host} is taken by another process.`) : error;
  });
  await verifyInstrumentation({ grpcServer: { service, address: `${options.host}:${options.port}` } });
  for (const name of ['', service]) health.setStatus(name, 'SERVING');
  return app;
}
