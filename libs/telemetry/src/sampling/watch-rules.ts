import { RulesFile } from './rules-file.js';
import type { SamplingRules } from './sampling-rules.js';

/** A change is seen within this time, a bad one within twice of it. */
const INTERVAL_MS = 1000;

export interface RulesWatch {
  readonly path: string;
  /** Told of the rules at once, and whenever they are others. */
  readonly onRules: (rules: SamplingRules) => void;
  readonly intervalMs?: number;
}

/**
 * Keeps to the rules in a file. It is read again and again rather than watched: editors, atomic renames, mounted
 * volumes and Kubernetes' links to links each tell of a change in another way, or not at all.
 *
 * @returns what to call to end it
 * @throws Error with everything that is wrong with the file at the start
 */
export function watchRules({ path, onRules, intervalMs = INTERVAL_MS }: RulesWatch): () => void {
  const file = new RulesFile(path, onRules);
  const timer = setInterval(() => void file.look(), intervalMs).unref();
  return () => clearInterval(timer);
}
