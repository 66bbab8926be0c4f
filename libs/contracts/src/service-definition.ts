import type { MethodDefinition } from '@grpc/grpc-js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the one position where a method may have any message type
export type AnyMethod = MethodDefinition<any, any>;

/** A generated service definition, for example `AuthServiceService`: its methods by name. */
export type ServiceDefinition = Record<string, AnyMethod>;

/** `epro.auth.v1.AuthService` from the definition's first method path. */
export function serviceName(definition: ServiceDefinition): string {
  const path = Object.values(definition)[0]?.path ?? '';
  return path.split('/')[1] ?? path;
}
