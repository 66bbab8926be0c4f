import type { QuestionnaireItem } from 'fhir/r4.js';

/** A condition of enableWhen, with its question looked up. */
export interface CompiledCondition {
  readonly question: string;
  readonly operator: 'exists' | '=' | '!=' | '>' | '<' | '>=' | '<=';
  /** The value[x] name that an answer must have to compare, for example `valueCoding`. */
  readonly name: string;
  /** The expected value; codings as {@link optionKey}. */
  readonly expected: string | number | boolean;
}

/** One item of a questionnaire, ready to check answers against. */
export interface CompiledItem {
  readonly linkId: string;
  readonly type: QuestionnaireItem['type'];
  readonly required: boolean;
  readonly repeats: boolean;
  readonly parent: CompiledItem | undefined;
  readonly children: readonly CompiledItem[];
  /** The value[x] names that an answer may have; none for groups and displays. */
  readonly valueNames: ReadonlySet<string>;
  /** {@link optionKey} of every option; `undefined` where any value of the type will do. */
  readonly options: ReadonlySet<string> | undefined;
  readonly minValue: number;
  readonly maxValue: number;
  readonly maxLength: number;
  readonly enableWhen: readonly CompiledCondition[];
  readonly enableBehavior: 'any' | 'all';
}

/** One questionnaire version, ready to check responses against. */
export interface CompiledQuestionnaire {
  readonly id: string;
  readonly url: string;
  readonly version: string;
  readonly roots: readonly CompiledItem[];
  readonly items: ReadonlyMap<string, CompiledItem>;
}

/** One text for an answer's value, equal for equal values: a coding by its system and code, a primitive by itself. */
export function optionKey(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const { system, code } = value as { system?: unknown; code?: unknown };
  return JSON.stringify([system, code]);
}
