import type { Interceptor, ServerInterceptor } from '@grpc/grpc-js';
import { ConsoleLogger, type INestApplicationContext, type LoggerService } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';

export interface BusinessContext {
  tenantId?: string;
  patientId?: string;
  studyId?: string;
  siteId?: string;
  userId?: string;
  userRole?: string;
}
export function setBusinessContext(_values: BusinessContext): void {}
export interface RequestContext {
  requestId: string;
  traceId: string;
}
export function currentRequest(): RequestContext {
  return { requestId: '', traceId: '' };
}
export type StepAttributes = Record<string, string | number | boolean>;
export function withSpan<T>(_name: string, fn: () => T, _attributes?: StepAttributes): T {
  return fn();
}
export function recordError(_error: unknown): void {}
export interface GrpcClientHop {
  service: string;
  address: string;
}
export function grpcClientInterceptors(_hop: GrpcClientHop): Interceptor[] {
  return [];
}
export function grpcServerInterceptors(): ServerInterceptor[] {
  return [];
}
export interface HttpTelemetryOptions {
  untraced?: string[];
}
export function registerHttpTelemetry(_fastify: FastifyInstance, _options?: HttpTelemetryOptions): void {}
export function createTracedPool(config: pg.PoolConfig): pg.Pool {
  return new pg.Pool(config);
}
export function createLogger(): LoggerService {
  return new ConsoleLogger({ json: true });
}
export interface ShutdownOptions {
  beforeClose?: () => void;
  deadlineMs?: number;
}
export function shutdownOnSignal(_app: INestApplicationContext, _options?: ShutdownOptions): void {}
export interface ExpectedHops {
  http?: FastifyInstance;
  grpcServer?: { service: string; address: string };
}
export async function verifyInstrumentation(_hops: ExpectedHops): Promise<void> {}
