/** Stands for every value beyond the bound. */
export const OTHER = 'other';

/**
 * Keeps an attribute's values few, whatever comes in: each is a time series, here and in the backend. The first
 * `limit` keep their names; those that come later are all `other`.
 */
export class BoundedValues {
  readonly #known = new Set<string>();

  constructor(private readonly limit: number) {}

  bound(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.limit) return OTHER;
    this.#known.add(value);
    return value;
  }
}
