export { serveGrpc, type TestGrpcServer, type TestHandlers } from './serve-grpc.js';
