import type { CompiledQuestionnaire } from './compiled-questionnaire.js';
import type { Enablement } from './enablement.js';
import type { Issue } from './issue.js';
import type { JsonObject } from './json.js';
import type { ResponseNode } from './response-node.js';

/** What is known about a submission from elsewhere. */
export interface ValidationContext {
  /** Subject code of the authenticated patient. */
  readonly patientId: string;
}

/** What every rule may look at. */
export interface RuleInput {
  readonly questionnaire: CompiledQuestionnaire;
  readonly response: JsonObject;
  /** Every item of the response, in document order. */
  readonly nodes: readonly ResponseNode[];
  readonly isEnabled: Enablement;
  readonly context: ValidationContext;
}

/** One rule: it looks and reports, changes nothing and relies on no other rule having passed. */
export type Rule = (input: RuleInput) => Issue[];
