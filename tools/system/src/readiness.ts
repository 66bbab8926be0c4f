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

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
