import { AlertLevel, type Submission } from '@epro/contracts';
import type { SafetyAlert } from '@epro/instruments';

/** A stored version of a submission, as the view `storage.submission_record` shows it. */
export interface SubmissionRecord {
  submission_id: string;
  version: number;
  patient_id: string;
  questionnaire_id: string;
  questionnaire_url: string;
  questionnaire_version: string;
  received_at: Date;
  trace_id: string;
  scores: { instrument: string; score: number | null; severity: string; reason: string }[];
  alerts: SafetyAlert[];
}

const LEVELS: Record<SafetyAlert['level'], AlertLevel> = {
  high: AlertLevel.ALERT_LEVEL_HIGH,
  critical: AlertLevel.ALERT_LEVEL_CRITICAL,
};

export function toSubmission(record: SubmissionRecord): Submission {
  return {
    id: record.submission_id,
    version: record.version,
    patientId: record.patient_id,
    questionnaire: {
      id: record.questionnaire_id,
      url: record.questionnaire_url,
      version: record.questionnaire_version,
    },
    receivedAt: record.received_at,
    scores: record.scores.map(({ score, ...rest }) => ({ ...rest, score: score ?? undefined })),
    alerts: record.alerts.map(({ rule, level }) => ({ rule, level: LEVELS[level] })),
    traceId: record.trace_id,
  };
}
