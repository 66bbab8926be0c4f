export { freePort } from './free-port.js';
export { serveGrpc, type TestGrpcServer, type TestHandlers } from './serve-grpc.js';
