/** So many submissions failed that there is nothing to measure; the message says what the first was answered. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
}
