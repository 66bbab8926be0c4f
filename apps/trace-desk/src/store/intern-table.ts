/**
 * Holds one copy of values that recur, under small numbers. A value is dropped when its last use is released, and its
 * number is used again.
 */
export class InternTable<Value> {
  readonly #entries: ({ key: string; value: Value; uses: number } | undefined)[] = [];
  readonly #idByKey = new Map<string, number>();
  readonly #freeIds: number[] = [];

  find(key: string): Value | undefined {
    const id = this.#idByKey.get(key);
    return id === undefined ? undefined : this.get(id);
  }

  /** Adds a use of the value with this key, which is `value` when there is none yet. Returns its number. */
  acquire(key: string, value: Value): number {
    let id = this.#idByKey.get(key);
    if (id === undefined) {
      id = this.#freeIds.pop() ?? this.#entries.length;
      this.#entries[id] = { key, value, uses: 0 };
      this.#idByKey.set(key, id);
    }
    this.#entry(id).uses++;
    return id;
  }

  get(id: number): Value {
    return this.#entry(id).value;
  }

  release(id: number): void {
    const entry = this.#entry(id);
    if (--entry.uses > 0) return;
    this.#entries[id] = undefined;
    this.#idByKey.delete(entry.key);
    this.#freeIds.push(id);
  }

  get size(): number {
    return this.#idByKey.size;
  }

  #entry(id: number) {
    const entry = this.#entries[id];
    if (!entry) throw new RangeError(`nothing is interned as ${id}`);
    return entry;
  }
}
