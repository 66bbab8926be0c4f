import 'reflect-metadata';
import { withSpan } from './with-span.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Makes each call of a method a step of its request: {@link withSpan} as a decorator. What other decorators have said
 * about the method, for Nest's routes, guards and OpenAPI, stays with it.
 *
 * @param name of the span, low cardinality; the name of the method by default
 */
export function Span(name?: string) {
  return (_target: object, key: string | symbol, descriptor: PropertyDescriptor): void => {
    const original = descriptor.value as Method;
    const spanName = name ?? String(key);
    const traced: Method = function (...args) {
      return withSpan(spanName, () => original.apply(this, args));
    };
    for (const property of ['name', 'length'] as const) {
      Object.defineProperty(traced, property, { value: original[property], configurable: true });
    }
    for (const metadataKey of Reflect.getOwnMetadataKeys(original) as unknown[]) {
      Reflect.defineMetadata(metadataKey, Reflect.getOwnMetadata(metadataKey, original), traced);
    }
    descriptor.value = traced;
  };
}
