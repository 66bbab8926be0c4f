import { get } from 'node:http';
import { Client, credentials } from '@grpc/grpc-js';

const PROBE_TIMEOUT_MS = 2000;
/** HealthCheckResponse with field 1, status, SERVING: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
const SERVING = Buffer.from([0x08, 0x01]);

/** Whether what listens there is ready: by the standard gRPC health check, or by a path that answers 200. */
export async function isReady(readiness: 'grpc' | `/${string}`, port: number): Promise<boolean> {
  return readiness === 'grpc' ? serves(`127.0.0.1:${port}`) : answers(`http://127.0.0.1:${port}${readiness}`);
}

async function serves(address: string): Promise<boolean> {
  const client = new Client(address, credentials.createInsecure());
  try {
    return await new Promise((resolve) => {
      client.makeUnaryRequest(
        '/grpc.health.v1.Health/Check',
        () => Buffer.alloc(0),
        (bytes) => bytes,
        {},
        { deadline: Date.now() + PROBE_TIMEOUT_MS },
        (error, bytes) => resolve(!error && bytes !== undefined && SERVING.equals(bytes)),
      );
    });
  } finally {
    client.close();
  }
}

/** By `node:http`, because `fetch` would add 18 MB to a process that does little else. */
async function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: PROBE_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
