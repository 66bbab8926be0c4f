import { setTimeout as sleep } from 'node:timers/promises';
import { phq9, type Answer } from './api.js';
import type { Platform } from './platform.js';

/** Submissions, one after the other from each of several senders, for as long as a test wants. */
export class Load {
  /** Those that were answered, in that order. */
  readonly answers: Answer[] = [];
  readonly #senders: Promise<unknown>;
  #stopped = false;

  constructor(
    private readonly platform: Platform,
    private readonly token: string,
    senders = 8,
  ) {
    this.#senders = Promise.all(Array.from({ length: senders }, () => this.#send()));
    // Whoever waits for it hears of it.
    this.#senders.catch(() => {});
  }

  async #send(): Promise<void> {
    while (!this.#stopped) this.answers.push(await this.platform.api.submit(this.token, phq9()));
  }

  /** Resolves when this is so, and ends the load where that takes too long. */
  async until(what: () => boolean, timeoutMs = 30_000): Promise<void> {
    for (const deadline = Date.now() + timeoutMs; !what();) {
      await Promise.race([sleep(5), this.#senders]);
      if (Date.now() < deadline) continue;
      await this.stop();
      throw new Error(`Not so after ${timeoutMs} ms and ${this.answers.length} answers: ${String(what)}`);
    }
  }

  /** Resolves when so many more were answered. */
  more(count: number): Promise<void> {
    const enough = this.answers.length + count;
    return this.until(() => this.answers.length >= enough);
  }

  /** Resolves with all answers when the last is there. */
  async stop(): Promise<readonly Answer[]> {
    this.#stopped = true;
    await this.#senders;
    return this.answers;
  }
}
