/** The platform could not be started. The message says what failed, why, and what to do; nothing is left running. */
export class SystemStartError extends Error {
  override readonly name = 'SystemStartError';
}
