/** Every rule: the FHIR issue type it reports (https://hl7.org/fhir/R4/valueset-issue-type.html) and what it says. */
export const RULE_CATALOGUE = {
  'EPRO-CAP-001': { code: 'too-long', rule: 'The response is at most 256 KB of JSON.' },
  'EPRO-CAP-002': { code: 'too-long', rule: 'The response is nested at most 40 levels deep.' },
  'EPRO-CAP-003': { code: 'too-long', rule: 'The response has at most 5,000 JSON objects and arrays.' },
  'EPRO-CAP-004': {
    code: 'informational',
    rule: 'At most 100 findings are listed; this warning says that there are more.',
  },
  'EPRO-STR-001': { code: 'structure', rule: 'The response is JSON in UTF-8.' },
  'EPRO-STR-002': { code: 'structure', rule: 'It is an object with resourceType QuestionnaireResponse.' },
  'EPRO-STR-003': { code: 'value', rule: 'Its status is one of FHIR’s.' },
  'EPRO-STR-004': { code: 'structure', rule: 'It has only elements that FHIR R4 defines where they stand.' },
  'EPRO-STR-005': {
    code: 'structure',
    rule: 'Its elements have the JSON type that FHIR R4 gives them; no list is empty.',
  },
  'EPRO-STR-006': { code: 'value', rule: 'No text has control characters or broken Unicode.' },
  'EPRO-STR-007': {
    code: 'not-supported',
    rule: 'Nothing changes its meaning: no modifierExtension, no implicitRules.',
  },
  'EPRO-QNR-001': { code: 'required', rule: 'It names its questionnaire by URL and version.' },
  'EPRO-QNR-002': { code: 'not-found', rule: 'That questionnaire version is published.' },
  'EPRO-SUB-001': { code: 'business-rule', rule: 'Its subject, if sent, is the patient who submits it.' },
  'EPRO-TIM-001': { code: 'value', rule: 'Its authored time, if sent, is a date and time with an offset.' },
  'EPRO-LNK-001': { code: 'not-found', rule: 'Every linkId is one of the questionnaire’s.' },
  'EPRO-LNK-002': { code: 'structure', rule: 'Every item stands where the questionnaire has it.' },
  'EPRO-LNK-003': { code: 'duplicate', rule: 'An item appears once, unless it is a repeating group.' },
  'EPRO-ANS-001': { code: 'structure', rule: 'Every answer has exactly one value[x].' },
  'EPRO-ANS-002': { code: 'structure', rule: 'Only questions are answered, and their items stand in the answer.' },
  'EPRO-ANS-003': { code: 'structure', rule: 'A question that does not repeat has one answer.' },
  'EPRO-TYP-001': { code: 'value', rule: 'An answer has its question’s type.' },
  'EPRO-VAL-001': { code: 'value', rule: 'A number lies in its question’s range.' },
  'EPRO-VAL-002': { code: 'too-long', rule: 'A text is no longer than its question allows.' },
  'EPRO-OPT-001': { code: 'code-invalid', rule: 'A choice is one of the published options, by system and code.' },
  'EPRO-REQ-001': {
    code: 'required',
    rule: 'Required questions are answered; a warning while the response is not complete.',
  },
  'EPRO-ENW-001': { code: 'business-rule', rule: 'A question that does not apply (enableWhen) has no answer.' },
} as const satisfies Record<string, { code: string; rule: string }>;

/** Stable id of a rule. */
export type RuleId = keyof typeof RULE_CATALOGUE;

/** One finding. Nothing in it was copied from the response: no answer, no text, not even an element's name. */
export interface Issue {
  severity: 'error' | 'warning';
  /** FHIR issue type, for example `required`. */
  code: string;
  rule: RuleId;
  /** FHIRPath into the response, for example `QuestionnaireResponse.item[0]`. */
  expression: string;
  /** The questionnaire's linkId of the item concerned; empty where the finding is not about one. */
  linkId: string;
  /** What is wrong and what to do, in a sentence for the site. */
  message: string;
}

/** FHIRPath of the whole response. */
export const ROOT_EXPRESSION = 'QuestionnaireResponse';

/** Where a finding is: a place in the response, and the questionnaire item if it is about one. */
export interface Place {
  expression: string;
  linkId?: string;
}

/** A finding of `rule`, an error unless said otherwise. */
export function issue(
  rule: RuleId,
  { expression, linkId = '' }: Place,
  message: string,
  severity: Issue['severity'] = 'error',
): Issue {
  return { severity, code: RULE_CATALOGUE[rule].code, rule, expression, linkId, message };
}
