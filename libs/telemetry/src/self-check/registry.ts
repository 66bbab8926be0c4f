import type { Client } from '@grpc/grpc-js';
import type pg from 'pg';

/** What this process made that crosses a boundary; the self-check tries each. */
const grpcClients = new Map<Client, string>();
const pgPools = new Set<pg.Pool>();

/**
 * Tells the self-check of a gRPC channel.
 *
 * @param service name of the service that it calls
 * @returns what to call when the channel is closed
 */
export function registerGrpcClient(service: string, client: Client): () => void {
  grpcClients.set(client, service);
  return () => grpcClients.delete(client);
}

/** @returns what to call when the pool has ended */
export function registerPgPool(pool: pg.Pool): () => void {
  pgPools.add(pool);
  return () => pgPools.delete(pool);
}

export function registeredGrpcClients(): ReadonlyMap<Client, string> {
  return grpcClients;
}

export function registeredPgPools(): ReadonlySet<pg.Pool> {
  return pgPools;
}
