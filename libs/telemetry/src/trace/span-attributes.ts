import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { AddAttributeDecision, cleanAttributes, maybeAddAttribute } from '@opentelemetry/core';
import { areDisjoint, isPlainValue, replaces, shareAttributes, sharedSize } from './shared-attributes.js';

/** As `SpanLimits` of the SDK, none left out. */
interface AttributeLimits {
  readonly attributeCountLimit: number;
  readonly attributeValueLengthLimit: number;
}

const NO_LIMITS: AttributeLimits = { attributeCountLimit: Infinity, attributeValueLengthLimit: Infinity };
const NOTHING = shareAttributes({});

/**
 * The attributes of a span, with the SDK's rules for what is one and how many there may be. Of {@link shareAttributes} up
 * to two are kept as they are: what is the same for many spans is neither copied nor encoded again.
 *
 * The base of the span and no part of it: there are twenty spans to a request, and each is one object.
 */
export abstract class SpanAttributes {
  readonly #limits: AttributeLimits;
  /** Shared ones; no attribute is in more than one of them and `own`. */
  #first: Attributes = NOTHING;
  #second: Attributes = NOTHING;
  #own: Attributes | undefined;
  #count = 0;
  #dropped = 0;

  constructor(limits: AttributeLimits) {
    this.#limits = limits;
  }

  /** The attributes that it starts with: of these, unlike later ones, those that are no attributes count as dropped. */
  startWith(attributes: Attributes): void {
    if (this.#share(attributes)) return;
    if (this.#take(attributes)) return;
    const valid = cleanAttributes(attributes, NO_LIMITS);
    const limited = cleanAttributes(valid.attributes, this.#limits);
    this.#own = limited.attributes;
    this.#count = Object.keys(limited.attributes ?? NOTHING).length;
    this.#dropped = (valid.droppedAttributesCount ?? 0) + (limited.droppedAttributesCount ?? 0);
  }

  /** All attributes in one object, which then is the span's own. */
  get attributes(): Attributes {
    this.#merge();
    return (this.#own ??= {});
  }

  /** The attributes as they are kept: in three objects of which no two have one in common. */
  get firstShared(): Attributes {
    return this.#first;
  }

  get secondShared(): Attributes {
    return this.#second;
  }

  get unshared(): Attributes {
    return this.#own ?? NOTHING;
  }

  get droppedAttributesCount(): number {
    return this.#dropped;
  }

  protected putAttribute(key: string, value: AttributeValue): void {
    if (key in this.#first || key in this.#second) {
      if ((this.#first[key] ?? this.#second[key]) === value) return;
      this.#merge();
    }
    this.#set(key, value);
  }

  protected putAttributes(attributes: Attributes): void {
    if (this.#share(attributes)) return;
    for (const key of Object.keys(attributes)) this.putAttribute(key, attributes[key]);
  }

  /** Takes shared ones as they are, where they fit; business context of which more is known now in place of what there is. */
  #share(attributes: Attributes): boolean {
    const size = sharedSize(attributes);
    if (size === undefined) return false;
    if (size === 0) return true;
    for (const key in this.#own) if (key in attributes) return false;
    if (replaces(attributes, this.#second)) {
      if (!this.#makeRoom(size - sharedSize(this.#second)!)) return false;
      this.#second = attributes;
    } else if (this.#first === NOTHING || replaces(attributes, this.#first)) {
      if (!areDisjoint(this.#second, attributes) || !this.#makeRoom(size - sharedSize(this.#first)!)) return false;
      this.#first = attributes;
    } else {
      if (this.#second !== NOTHING || !areDisjoint(this.#first, attributes) || !this.#makeRoom(size)) return false;
      this.#second = attributes;
    }
    return true;
  }

  /** `false` where of so many more some would have to be left out or cut. */
  #makeRoom(more: number): boolean {
    const { attributeCountLimit, attributeValueLengthLimit } = this.#limits;
    if (attributeValueLengthLimit !== Infinity || this.#count + more > attributeCountLimit) return false;
    this.#count += more;
    return true;
  }

  /** Copies attributes, where none of them has to be looked at more closely; which is nearly always. */
  #take(attributes: Attributes): boolean {
    const { attributeCountLimit, attributeValueLengthLimit } = this.#limits;
    if (attributeValueLengthLimit !== Infinity) return false;
    const own: Attributes = {};
    let count = 0;
    for (const key of Object.keys(attributes)) {
      const value = attributes[key];
      if (key === '' || !isPlainValue(value) || ++count > attributeCountLimit) return false;
      own[key] = value;
    }
    this.#own = own;
    this.#count = count;
    return true;
  }

  #merge(): void {
    if (this.#first === NOTHING && this.#second === NOTHING) return;
    this.#own = { ...this.#first, ...this.#second, ...this.#own };
    this.#first = NOTHING;
    this.#second = NOTHING;
  }

  #set(key: string, value: AttributeValue): void {
    const own = (this.#own ??= {});
    const limits = this.#limits;
    if (isPlainValue(value) && limits.attributeValueLengthLimit === Infinity && key !== '') {
      const isNew = !(key in own);
      if (!isNew || this.#count < limits.attributeCountLimit) {
        own[key] = value;
        if (isNew) this.#count++;
        return;
      }
    }
    const decision = maybeAddAttribute({ key, value, attributes: own, limits, currentAttributesCount: this.#count });
    if (decision === AddAttributeDecision.ADD_NEW) this.#count++;
    else if (decision === AddAttributeDecision.DROP_LIMIT_REACHED) this.#dropped++;
  }
}
