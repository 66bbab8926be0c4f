import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Client, credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import { fastify } from 'fastify';
import { HealthImplementation } from 'grpc-health-check';
import { afterEach, describe, expect, it } from 'vitest';
import { grpcClientInterceptors, grpcServerInterceptors } from '../grpc/interceptors.js';
import { registerHttpTelemetry } from '../http/fastify-telemetry.js';
import { startTestTelemetry } from '../testing/index.js';
import { registerGrpcClient, registerPgPool } from './registry.js';
import { verifyInstrumentation } from './verify-instrumentation.js';

const telemetry = startTestTelemetry();
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanUp.splice(0)) await each();
});

async function grpcServer(interceptors = grpcServerInterceptors()): Promise<string> {
  const server = new Server({ interceptors });
  new HealthImplementation({ '': 'SERVING' }).addToServer(server);
  cleanUp.push(() => server.forceShutdown());
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return `127.0.0.1:${port}`;
}

async function httpServer(traced: boolean): Promise<string> {
  const app = fastify();
  if (traced) registerHttpTelemetry(app);
  cleanUp.push(() => app.close());
  return app.listen({ port: 0 });
}

function grpcClient(interceptors = grpcClientInterceptors('127.0.0.1:1')): void {
  const client = new Client('127.0.0.1:1', credentials.createInsecure(), { interceptors });
  const unregister = registerGrpcClient('test.v1.Peer', client);
  cleanUp.push(unregister, () => client.close());
}

describe('verifyInstrumentation', () => {
  it('passes where every hop carries the trace, and exports none of its own spans', async () => {
    grpcClient();
    await verifyInstrumentation({
      http: await httpServer(true),
      grpcServer: { service: 'test.v1.Echo', address: await grpcServer() },
    });
    expect(telemetry.spans()).toEqual([]);
  });

  it('names each hop that does not', async () => {
    grpcClient([]);
    cleanUp.push(registerPgPool({ query: () => Promise.resolve() } as never));
    const check = verifyInstrumentation({
      http: await httpServer(false),
      grpcServer: { service: 'test.v1.Echo', address: await grpcServer([]) },
    });
    const message = await check.then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^ {2}http: .*registerHttpTelemetry/),
      expect.stringMatching(/^ {2}grpc-server: calls to test\.v1\.Echo .*grpcServerInterceptors/),
      expect.stringMatching(/^ {2}grpc-client: calls to test\.v1\.Peer .*createGrpcClient/),
      expect.stringMatching(/^ {2}pg: statements are not traced\. .*createTracedPool/),
    ]);
  });

  it('names a hop that its probe cannot cross', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await expect(verifyInstrumentation({ http: `http://127.0.0.1:${port}` })).rejects.toThrow(
      /http: the probe could not be sent: .*ECONNREFUSED/,
    );
  });
});
