import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Transport, type GrpcOptions } from '@nestjs/microservices';
import { freePort } from '@epro/free-port';
import { grpcServerInterceptors } from '../../src/grpc/interceptors.js';
import { ECHO, ECHO_SERVICE } from './echo-service.js';

export interface NestGrpcServer {
  readonly app: INestMicroservice;
  /** `host:port`. */
  readonly address: string;
}

/** Serves a Nest module that has the echo service's controller, as our services are served. */
export async function serveNestGrpc(
  module: new () => unknown,
  prepare: (app: INestMicroservice) => void = () => {},
): Promise<NestGrpcServer> {
  const address = `127.0.0.1:${await freePort()}`;
  const app = await NestFactory.createMicroservice<GrpcOptions>(module, {
    logger: false,
    transport: Transport.GRPC,
    options: {
      package: 'test.v1',
      packageDefinition: { [ECHO_SERVICE]: ECHO },
      url: address,
      channelOptions: { interceptors: grpcServerInterceptors() },
    },
  });
  prepare(app);
  await app.listen();
  return { app, address };
}
