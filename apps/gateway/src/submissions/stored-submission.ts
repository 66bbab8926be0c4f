import { AlertLevel, type Alert, type Score, type Submission } from '@epro/contracts';
import type { StoredSubmission } from './submission.schemas.js';

/** A submission as the API shows it. */
export function storedSubmission(submission: Submission): StoredSubmission {
  return {
    submissionId: submission.id,
    version: submission.version,
    receivedAt: (submission.receivedAt ?? new Date(0)).toISOString(),
    scores: submission.scores.map(shownScore),
    alerts: submission.alerts.map(shownAlert),
    traceId: submission.traceId,
  };
}

function shownScore({ instrument, score, severity, reason }: Score): StoredSubmission['scores'][number] {
  if (score === undefined) return { instrument, ...(reason && { reason }) };
  return { instrument, score, ...(severity && { severity }) };
}

/** An alert of a level that this version does not know is shown as the gravest: it must not be overlooked. */
const shownAlert = ({ rule, level }: Alert): StoredSubmission['alerts'][number] => ({
  rule,
  level: level === AlertLevel.ALERT_LEVEL_HIGH ? 'high' : 'critical',
});
