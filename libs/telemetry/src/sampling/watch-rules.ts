import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { diag } from '@opentelemetry/api';
import { parseSamplingRules, SamplingRulesError, type SamplingRules } from './sampling-rules.js';

/** A change is seen within this time. */
const INTERVAL_MS = 1000;

export interface RulesWatch {
  readonly path: string;
  /** Told of the rules at once, and whenever they are others. */
  readonly onRules: (rules: SamplingRules) => void;
  readonly intervalMs?: number;
}

/**
 * Keeps to the rules in a file. It is read again and again rather than watched: editors, atomic renames, mounted
 * volumes and Kubernetes' links to links each tell of a change in another way, or not at all. A file that cannot be
 * used leaves the rules as they were, and is told of once.
 *
 * @returns what to call to end it
 * @throws Error with everything that is wrong with the file at the start
 */
export function watchRules({ path, onRules, intervalMs = INTERVAL_MS }: RulesWatch): () => void {
  let seen = readAtStart(path);
  onRules(parseAtStart(path, seen));
  let missing = false;
  let busy = false;

  const look = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const text = await readFile(path, 'utf8');
      missing = false;
      if (text === seen) return;
      seen = text;
      onRules(parseSamplingRules(text));
    } catch (error) {
      const isRead = error instanceof SamplingRulesError;
      if (!isRead && missing) return;
      missing = !isRead;
      diag.warn(`${unusable(path, error)}\nThe rules stay as they were.`);
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void look(), intervalMs).unref();
  return () => clearInterval(timer);
}

function readAtStart(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(unusable(path, cause), { cause });
  }
}

function parseAtStart(path: string, text: string): SamplingRules {
  try {
    return parseSamplingRules(text);
  } catch (cause) {
    throw new Error(unusable(path, cause), { cause });
  }
}

function unusable(path: string, error: unknown): string {
  const problems = error instanceof SamplingRulesError ? error.problems : [(error as Error).message];
  return [
    `The sampling rules in ${path} (EPRO_SAMPLING_RULES) cannot be used:`,
    ...problems.map((each) => `  ${each}`),
  ].join('\n');
}
