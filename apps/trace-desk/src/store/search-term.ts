/**
 * A 32-bit hash (FNV-1a) of a key and a value. Every trace keeps the sorted set of those of its spans, four bytes each,
 * so that a search looks only into the traces that can match. Two pairs may share a term: a hit must be verified.
 */
export function searchTerm(key: string, value: string): number {
  return hash(value, hash('\0', hash(key, 0x811c9dc5))) >>> 0;
}

function hash(text: string, seed: number): number {
  let result = seed;
  for (let index = 0; index < text.length; index++) {
    result = Math.imul(result ^ text.charCodeAt(index), 0x01000193);
  }
  return result;
}

/** Adds terms to a sorted set of terms. Returns the same set when it has them all. */
export function addTerms(terms: Uint32Array, added: Iterable<number>): Uint32Array {
  const missing = new Set<number>();
  for (const term of added) if (!hasTerm(terms, term)) missing.add(term);
  if (missing.size === 0) return terms;
  const union = new Uint32Array(terms.length + missing.size);
  union.set(terms);
  union.set([...missing], terms.length);
  return union.sort();
}

export function hasTerm(terms: Uint32Array, term: number): boolean {
  let low = 0;
  let high = terms.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const candidate = terms[middle]!;
    if (candidate === term) return true;
    if (candidate < term) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
