import type { Attributes, AttributeValue } from '@opentelemetry/api';

/**
 * Attributes that many spans have in common: those of every call to a method, of every statement with that text, of every
 * span of a request. A span keeps them without copying, and they are checked and encoded once. They cannot be changed;
 * to every other tracer they are attributes like any.
 *
 * ```ts
 * const attributes = shareAttributes({ 'rpc.system.name': 'grpc', 'rpc.method': method });
 * tracer.startSpan(method, { attributes });
 * ```
 */
export function shareAttributes(attributes: Readonly<Record<string, AttributeValue>>): Attributes {
  return new SharedAttributes(attributes) as unknown as Attributes;
}

/** What an encoder has made of them; `null` where they cannot be sent as they are. Not looked at yet: `undefined`. */
type Encoded = Uint8Array | null | undefined;

class SharedAttributes {
  // Private, so that it is no attribute, can be set in a frozen object, and stays behind when that is copied.
  #encoded: Encoded;

  constructor(attributes: Attributes) {
    Object.assign(this, attributes);
    Object.freeze(this);
  }

  static isShared(attributes: object): attributes is SharedAttributes {
    return #encoded in attributes;
  }

  static encodedOnce(shared: SharedAttributes, encode: (attributes: Attributes) => Uint8Array | null) {
    if (shared.#encoded === undefined) shared.#encoded = encode(shared as unknown as Attributes);
    return shared.#encoded;
  }
}

export function isShared(attributes: Attributes): boolean {
  return SharedAttributes.isShared(attributes);
}

/** The bytes of shared attributes, made when they are first asked for; `undefined` for others. */
export function encodedOnce(
  attributes: Attributes,
  encode: (attributes: Attributes) => Uint8Array | null,
): Uint8Array | null | undefined {
  return SharedAttributes.isShared(attributes) ? SharedAttributes.encodedOnce(attributes, encode) : undefined;
}
