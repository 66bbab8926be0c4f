import { host, hostPort, loadConfig, port, positiveInteger } from '@epro/config';
import { z } from 'zod';

/** Where a peer is unless its own `..._ADDRESS` says so: on this machine, at the peer's port. */
const LOCAL = '';

const schema = z.object({
  HOST: host(),
  GATEWAY_PORT: port(8080),
  AUTH_PORT: port(50051),
  VALIDATION_PORT: port(50052),
  STORAGE_PORT: port(50053),
  ANALYSIS_PORT: port(50054),
  AUTH_ADDRESS: hostPort(LOCAL),
  VALIDATION_ADDRESS: hostPort(LOCAL),
  STORAGE_ADDRESS: hostPort(LOCAL),
  ANALYSIS_ADDRESS: hostPort(LOCAL),
  REQUEST_TIMEOUT_MS: positiveInteger(5000),
  ANALYSIS_TIMEOUT_MS: positiveInteger(1500),
});

export interface GatewayConfig {
  readonly host: string;
  readonly port: number;
  /** `host:port` of each service that the gateway calls. */
  readonly addresses: Readonly<Record<'auth' | 'validation' | 'storage' | 'analysis', string>>;
  /** What all the calls of one request may take together, in ms. */
  readonly requestTimeoutMs: number;
  /** What analysis may take of that, in ms, before the answer goes out without it. */
  readonly analysisTimeoutMs: number;
}

export const GATEWAY_CONFIG = Symbol('GatewayConfig');

/** @throws ConfigError that names every unusable variable */
export function loadGatewayConfig(env?: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const values = loadConfig(schema, env);
  return Object.freeze({
    host: values.HOST,
    port: values.GATEWAY_PORT,
    addresses: {
      auth: values.AUTH_ADDRESS || `localhost:${values.AUTH_PORT}`,
      validation: values.VALIDATION_ADDRESS || `localhost:${values.VALIDATION_PORT}`,
      storage: values.STORAGE_ADDRESS || `localhost:${values.STORAGE_PORT}`,
      analysis: values.ANALYSIS_ADDRESS || `localhost:${values.ANALYSIS_PORT}`,
    },
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
    analysisTimeoutMs: values.ANALYSIS_TIMEOUT_MS,
  });
}
