import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { BUSINESS_NAMES } from '../context/business-fields.js';

/**
 * Attributes that many spans have in common: those of every call to a method, of every statement with that text. A span
 * keeps them without copying, and they are checked and encoded once. They cannot be changed; to every other tracer they
 * are attributes like any.
 *
 * ```ts
 * const attributes = shareAttributes({ 'rpc.system.name': 'grpc', 'rpc.method': method });
 * tracer.startSpan(method, { attributes });
 * ```
 */
export function shareAttributes(attributes: Readonly<Record<string, AttributeValue>>): Attributes {
  const isPlain = Object.keys(attributes).every((key) => key !== '' && isPlainValue(attributes[key]));
  const kind = !isPlain ? 'unfit' : Object.keys(attributes).some(isBusinessName) ? 'mixed' : 'technical';
  return Object.freeze(new SharedAttributes(attributes, kind));
}

/**
 * The business context of a request, for every span of it. Made anew for each request, so that nothing is looked at
 * twice: each value must be what `usableValue` lets through, which the allow-list of what may leave does too.
 *
 * @param values by the places of the fields, see {@link BUSINESS_NAMES}
 */
export function shareBusinessContext(values: readonly (string | string[] | undefined)[]): Attributes {
  const attributes: Attributes = {};
  let places = 0;
  for (let place = 0; place < values.length; place++) {
    const value = values[place];
    if (value === undefined) continue;
    attributes[BUSINESS_NAMES[place]!] = value;
    places |= 1 << place;
  }
  return new SharedAttributes(attributes, 'business', places) as unknown as Attributes;
}

/** A value that can be neither invalid nor changed by anybody else. */
export function isPlainValue(value: AttributeValue): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

const isBusinessName = (name: string) => BUSINESS_NAMES.includes(name);

/** Whether all of the names are those of the business context, some, or none; `unfit`: a span has to look at each value. */
type Kind = 'business' | 'mixed' | 'technical' | 'unfit';

/** What an encoder has made of them; `null` where they cannot be sent as they are. Not looked at yet: `undefined`. */
type Encoded = Uint8Array | null | undefined;

class SharedAttributes {
  // Private, so that none of it is an attribute, can be set in a frozen object, and stays behind when that is copied.
  #encoded: Encoded;
  readonly #kind: Kind;
  readonly #count: number = 0;
  readonly #places: number;

  /** @param places of the fields of the business context that there are, as bits */
  constructor(attributes: Attributes, kind: Kind, places = 0) {
    this.#places = places;
    this.#kind = kind;
    const own = this as unknown as Attributes;
    for (const key in attributes) {
      own[key] = attributes[key];
      this.#count++;
    }
  }

  static of(attributes: object): SharedAttributes | undefined {
    return #kind in attributes ? attributes : undefined;
  }

  static sizeOf(shared: SharedAttributes): number | undefined {
    return shared.#kind === 'unfit' ? undefined : shared.#count;
  }

  static isBusiness(shared: SharedAttributes): boolean {
    return shared.#kind === 'business';
  }

  static replaces(newer: SharedAttributes, older: SharedAttributes): boolean {
    return older.#places !== 0 && (older.#places & newer.#places) === older.#places;
  }

  static areDisjoint(one: SharedAttributes, other: SharedAttributes): boolean {
    if (one.#count === 0 || (one.#kind === 'technical' && other.#kind === 'business')) return true;
    for (const key in one) if (key in other) return false;
    return true;
  }

  static encodedOnce(shared: SharedAttributes, encode: (attributes: Attributes) => Uint8Array | null) {
    if (shared.#encoded === undefined) shared.#encoded = encode(shared as unknown as Attributes);
    return shared.#encoded;
  }
}

/** How many there are, where a span can keep them as they are; `undefined` where it has to look at each. */
export function sharedSize(attributes: Attributes): number | undefined {
  const shared = SharedAttributes.of(attributes);
  return shared && SharedAttributes.sizeOf(shared);
}

/** Whether both are business context and the newer has all that the older has. */
export function replaces(newer: Attributes, older: Attributes): boolean {
  return SharedAttributes.replaces(newer as unknown as SharedAttributes, older as unknown as SharedAttributes);
}

/** Whether no attribute is in both, of two of which both are shared. */
export function areDisjoint(one: Attributes, other: Attributes): boolean {
  return SharedAttributes.areDisjoint(one as unknown as SharedAttributes, other as unknown as SharedAttributes);
}

/** Whether they are of {@link shareBusinessContext}. */
export function isBusinessContext(attributes: Attributes): boolean {
  const shared = SharedAttributes.of(attributes);
  return shared !== undefined && SharedAttributes.isBusiness(shared);
}

/** The bytes of shared attributes, made when they are first asked for; `undefined` for others. */
export function encodedOnce(
  attributes: Attributes,
  encode: (attributes: Attributes) => Uint8Array | null,
): Uint8Array | null | undefined {
  const shared = SharedAttributes.of(attributes);
  return shared && SharedAttributes.encodedOnce(shared, encode);
}
