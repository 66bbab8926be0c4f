import { IssueSeverity, type ValidationIssue } from '@epro/contracts';
import type { Issue } from '@epro/response-validator';

const SEVERITY = {
  error: IssueSeverity.ISSUE_SEVERITY_ERROR,
  warning: IssueSeverity.ISSUE_SEVERITY_WARNING,
} as const satisfies Record<Issue['severity'], IssueSeverity>;

/** A finding as the contract carries it. */
export function toValidationIssue({ severity, ...finding }: Issue): ValidationIssue {
  return { ...finding, severity: SEVERITY[severity] };
}
