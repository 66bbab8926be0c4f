import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { diag } from '@opentelemetry/api';
import { parseSamplingRules, SamplingRulesError, type SamplingRules } from './sampling-rules.js';

/**
 * A file with rules, which may change. A file that cannot be used leaves the rules as they were, and is told of once.
 */
export class RulesFile {
  /** What was judged last. */
  #seen: string;
  /** What was bad when it was looked at for the first time: it may still be being written. */
  #doubtful: string | undefined;
  #isMissing = false;
  #isLooking = false;

  /**
   * @param onRules told of the rules at once, and whenever they are others
   * @throws Error with everything that is wrong with the file
   */
  constructor(
    private readonly path: string,
    private readonly onRules: (rules: SamplingRules) => void,
  ) {
    try {
      this.#seen = readFileSync(path, 'utf8');
      onRules(parseSamplingRules(this.#seen));
    } catch (cause) {
      throw new Error(this.#describe(cause), { cause });
    }
  }

  /** Takes up what has changed. Never fails. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const text = await readFile(this.path, 'utf8');
      this.#isMissing = false;
      if (text !== this.#seen) this.#takeUp(text);
    } catch (error) {
      if (!this.#isMissing) this.#warn(error);
      this.#isMissing = true;
    } finally {
      this.#isLooking = false;
    }
  }

  #takeUp(text: string): void {
    try {
      this.onRules(parseSamplingRules(text));
    } catch (error) {
      const isNew = text !== this.#doubtful;
      this.#doubtful = text;
      if (isNew) return;
      this.#warn(error);
    }
    this.#seen = text;
  }

  #warn(error: unknown): void {
    diag.warn(`${this.#describe(error)}\nThe rules stay as they were.`);
  }

  #describe(error: unknown): string {
    const problems = error instanceof SamplingRulesError ? error.problems : [(error as Error).message];
    const title = `The sampling rules in ${this.path} (EPRO_SAMPLING_RULES) cannot be used:`;
    return [title, ...problems.map((each) => `  ${each}`)].join('\n');
  }
}
