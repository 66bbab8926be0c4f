import type { INestMicroservice } from '@nestjs/common';
import { freePort } from '@epro/free-port';
import { Client, credentials } from '@grpc/grpc-js';
import { runGrpcService, type GrpcServiceOptions } from '../../src/index.js';

/** A service of a test and a client of it. */
export interface EchoServer {
  readonly client: Client;
  stop(): Promise<void>;
}

/** Runs a Nest module as the platform's services are run, on a free port. */
export async function serveEcho(
  module: new (...args: never[]) => unknown,
  definition: GrpcServiceOptions['definition'],
): Promise<EchoServer> {
  const port = await freePort();
  const app: INestMicroservice = await runGrpcService(module, { definition, host: '127.0.0.1', port });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  return {
    client,
    async stop() {
      client.close();
      await app.close();
    },
  };
}
