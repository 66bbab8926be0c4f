import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { readSpans } from './read-spans.js';
import type { BackendFailure } from '../variants.js';
import type { FromSink, SinkSettings, ToSink } from './sink-protocol.js';
import { TraceBook } from './trace-book.js';

const SETTLE_EVERY_MS = 1000;

const { latencyMs, quietMs, expectation } = workerData as SinkSettings;
const port = parentPort!;
const book = new TraceBook(expectation, quietMs);
let requests = 0;
let bytes = 0;
let unreadable = 0;
let failure: BackendFailure | undefined;

const tell = (message: FromSink) => port.postMessage(message);

function receive(body: Buffer): void {
  requests++;
  bytes += body.length;
  const now = performance.now();
  try {
    readSpans(body, (service, traceId, spanId, parent) => book.addSpan(service, traceId, spanId, parent, now));
  } catch {
    unreadable++;
  }
}

/** An empty `ExportTraceServiceResponse`. */
function answer(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': '0' }).end();
}

function onRequest(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (failure === 'hung') return;
    if (failure === 'failing') return void response.writeHead(500).end();
    if (request.url === '/v1/traces') receive(Buffer.concat(chunks));
    if (latencyMs > 0) setTimeout(answer, latencyMs, response);
    else answer(response);
  });
}

const server = createServer(onRequest);
// A collector does not hang up between two batches.
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => tell({ type: 'listening', port: (server.address() as AddressInfo).port }));
setInterval(() => book.settle(performance.now()), SETTLE_EVERY_MS);

port.on('message', (message: ToSink) => {
  if (message.type === 'accepted') {
    const now = performance.now();
    for (const traceId of message.traceIds) book.accept(traceId, now);
  } else if (message.type === 'fail') {
    failure = message.how;
    if (failure !== 'killed') return;
    server.close();
    server.closeAllConnections();
  } else {
    book.settleAll();
    tell({ type: 'report', report: { ...book.report(), requests, bytes, unreadable } });
  }
});
