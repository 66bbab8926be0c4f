import type { Client } from '@grpc/grpc-js';
import type pg from 'pg';

/** What this process made that crosses a boundary; the self-check tries each. */
const grpcClients = new Map<string, Client>();
const pgPools = new Set<pg.Pool>();

/** Tells the self-check of a gRPC channel, by the name of the service it calls. */
export function registerGrpcClient(service: string, client: Client): void {
  grpcClients.set(service, client);
}

export function registerPgPool(pool: pg.Pool): void {
  pgPools.add(pool);
}

export function registeredGrpcClients(): ReadonlyMap<string, Client> {
  return grpcClients;
}

export function registeredPgPools(): ReadonlySet<pg.Pool> {
  return pgPools;
}
