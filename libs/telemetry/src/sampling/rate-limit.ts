/** Lets through so many a second, and after a quiet time one second's worth at once. */
export class RateLimit {
  readonly #most: number;
  #credit: number;
  #at: number;

  /**
   * @param perSecond 0 or more
   * @param now a clock in milliseconds that never goes back
   */
  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    // Less than one a second is still one now and then.
    this.#most = perSecond > 0 ? Math.max(1, perSecond) : 0;
    this.#credit = this.#most;
    this.#at = now();
  }

  tryTake(): boolean {
    const now = this.now();
    this.#credit = Math.min(this.#most, this.#credit + ((now - this.#at) / 1000) * this.perSecond);
    this.#at = now;
    if (this.#credit < 1) return false;
    this.#credit -= 1;
    return true;
  }
}
