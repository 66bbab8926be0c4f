import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { MethodDefinition } from '@grpc/grpc-js';
import { serviceName, type ServiceDefinition } from '../service-definition.js';

/** What a controller for a generated service definition implements. */
export type GrpcServiceHandlers<Definition extends ServiceDefinition> = {
  [Name in keyof Definition]: Definition[Name] extends MethodDefinition<infer Request, infer Response>
    ? (request: Request) => Promise<Response> | Response
    : never;
};

/**
 * Makes a class the Nest controller of a generated service definition: every method of the definition must be a
 * method of the class, which the compiler checks.
 *
 * @example
 * ```ts
 * @GrpcService(AuthServiceService)
 * export class AuthController implements GrpcServiceHandlers<typeof AuthServiceService> { … }
 * ```
 */
export function GrpcService<Definition extends ServiceDefinition>(definition: Definition) {
  return (target: new (...args: never[]) => GrpcServiceHandlers<Definition>): void => {
    const service = serviceName(definition);
    Controller()(target);
    const prototype = target.prototype as object;
    for (const method of Object.keys(definition)) {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, method);
      if (!descriptor) throw new Error(`${target.name} does not implement ${service}/${method}`);
      GrpcMethod(service, method)(prototype, method, descriptor);
    }
  };
}
