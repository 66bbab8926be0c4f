import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';

/** One request with spans, as it came over the wire. */
export interface ReceivedExport {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Uncompressed. */
  readonly body: Buffer;
}

export interface TraceReceiver {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly received: readonly ReceivedExport[];
  stop(): Promise<void>;
}

const OTLP_SERVICE = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** Takes any POST. @param answer the status of each answer, or `hang` */
export async function startHttpTraceReceiver(answer: () => number | 'hang' = () => 200): Promise<TraceReceiver> {
  const received: ReceivedExport[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      received.push({ path: request.url ?? '', headers: request.headers, body });
      const status = answer();
      if (status !== 'hang') response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * OTLP over gRPC, with the message as bytes; metadata is given as headers.
 *
 * @param path that of another signal's service
 * @param answers whether it ever does
 */
export async function startGrpcTraceReceiver(path: string = OTLP_SERVICE, answers = true): Promise<TraceReceiver> {
  const received: ReceivedExport[] = [];
  const server = new Server();
  const bytes = (value: Buffer) => value;
  server.addService(
    {
      export: {
        path,
        requestStream: false,
        responseStream: false,
        requestSerialize: bytes,
        requestDeserialize: bytes,
        responseSerialize: bytes,
        responseDeserialize: bytes,
      },
    },
    {
      export: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
        received.push({
          path,
          headers: call.metadata.getMap() as IncomingHttpHeaders,
          body: call.request,
        });
        if (answers) answer(null, Buffer.alloc(0));
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    stop: () => Promise.resolve(server.forceShutdown()),
  };
}

/** The names of the spans in an `ExportTraceServiceRequest`, and its resource's attributes that are text. */
export function readOtlpProtobuf(body: Uint8Array): { names: string[]; resource: Record<string, string> } {
  const resourceSpans = messagesAt(body, [1]);
  const resource: Record<string, string> = {};
  for (const attribute of resourceSpans.flatMap((bytes) => messagesAt(bytes, [1, 1]))) {
    const [key] = messagesAt(attribute, [1]);
    const [value] = messagesAt(attribute, [2, 1]);
    if (key && value) resource[text(key)] = text(value);
  }
  return { names: resourceSpans.flatMap((bytes) => messagesAt(bytes, [2, 2, 5])).map(text), resource };
}

/** The length-delimited fields at the end of a path of field numbers. */
function messagesAt(bytes: Uint8Array, [field, ...path]: readonly number[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const reader = new BinaryReader(bytes); reader.pos < reader.len;) {
    const [number, wireType] = reader.tag();
    if (number === field && wireType === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(wireType);
  }
  return path.length === 0 ? found : found.flatMap((message) => messagesAt(message, path));
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
