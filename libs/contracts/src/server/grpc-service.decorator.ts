import { Controller } from '@nestjs/common';
import { GrpcMethod, GrpcStreamMethod } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import { serviceName, type ServiceDefinition } from '../service-definition.js';

type Answer<Method> = Method extends { responseDeserialize: (bytes: Buffer) => infer Response }
  ? Method extends { requestStream: true } | { responseStream: true }
    ? Observable<Response>
    : Promise<Response> | Response
  : never;

type Question<Method> = Method extends { requestStream: true; requestDeserialize: (bytes: Buffer) => infer Request }
  ? Observable<Request>
  : Method extends { requestDeserialize: (bytes: Buffer) => infer Request }
    ? Request
    : never;

/**
 * What a controller for a generated service definition implements. A stream is an Observable, and what is made of one
 * is too: Nest sends no request before the handler has returned, so one that awaits them waits for ever.
 */
export type GrpcServiceHandlers<Definition extends ServiceDefinition> = {
  [Name in keyof Definition]: (request: Question<Definition[Name]>) => Answer<Definition[Name]>;
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
      const decorate = definition[method]?.requestStream ? GrpcStreamMethod : GrpcMethod;
      decorate(service, method)(prototype, method, descriptor);
      // For a stream of requests, Nest puts a method of its own into the descriptor.
      Object.defineProperty(prototype, method, descriptor);
    }
  };
}
