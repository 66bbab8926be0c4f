import 'reflect-metadata';
import { withSpan } from './with-span.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Makes each call of a method a step of its request: {@link withSpan} as a decorator. What other decorators say about
 * the method, for Nest's routes, guards and OpenAPI, stays with it, whether they stand above this one or below.
 *
 * @param name of the span, low cardinality; the name of the method by default
 * @throws TypeError where it stands on anything else than a method
 */
export function Span(name?: string) {
  return (_target: object, key: string | symbol, descriptor?: PropertyDescriptor): void => {
    const original = descriptor?.value as Method | undefined;
    if (typeof original !== 'function')
      throw new TypeError(`@Span() is for methods, and ${String(key)} is none: use withSpan() within it.`);
    const spanName = name ?? String(key);
    const traced: Method = function (...args) {
      return withSpan(spanName, () => original.apply(this, args));
    };
    for (const property of Reflect.ownKeys(original)) {
      if (property === 'prototype') continue;
      Object.defineProperty(traced, property, Object.getOwnPropertyDescriptor(original, property)!);
    }
    for (const metadataKey of Reflect.getOwnMetadataKeys(original) as unknown[]) {
      Reflect.defineMetadata(metadataKey, Reflect.getOwnMetadata(metadataKey, original), traced);
    }
    descriptor!.value = traced;
  };
}
