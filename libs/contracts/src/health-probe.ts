/** Exits with 0 where the gRPC service at the given `host:port` says that it serves: `node health-probe.js localhost:50051`. */
import { Client, credentials } from '@grpc/grpc-js';
import { BinaryReader } from '@bufbuild/protobuf/wire';

const SERVING = 1;
const address = process.argv[2] ?? '';
const client = new Client(address, credentials.createInsecure());

client.makeUnaryRequest(
  '/grpc.health.v1.Health/Check',
  () => Buffer.alloc(0),
  (bytes) => {
    const reader = new BinaryReader(bytes);
    // HealthCheckResponse: field 1 is the status.
    return reader.len > 0 && reader.uint32() === 8 ? reader.int32() : 0;
  },
  {},
  { deadline: Date.now() + 3000 },
  (error, status) => {
    if (error || status !== SERVING) console.error(`${address} is not serving${error ? `: ${error.message}` : ''}`);
    process.exit(error || status !== SERVING ? 1 : 0);
  },
);
