import { problemText, type Answer } from './gateway-client.js';

/** The part of a 200 or 201 that is shown. */
interface Accepted {
  readonly submissionId: string;
  readonly version: number;
  readonly scores: readonly { instrument: string; score?: number; severity?: string; reason?: string }[];
  readonly alerts: readonly { rule: string; level: string }[];
  readonly analysis: { status: string };
}

/** What the gateway said to a submission, in a few lines. */
export function formatAnswer(answer: Answer): string {
  const { status, replayed, durationMs, body } = answer;
  const head = `POST /api/v1/submissions  ${status}${replayed ? ' (replayed)' : ''}  ${durationMs.toFixed(0)} ms`;
  return [head, ...(isAccepted(answer) ? acceptedLines(body as Accepted) : refusedLines(answer))].join('\n');
}

export const isAccepted = ({ status }: Answer): boolean => status === 200 || status === 201;

function acceptedLines({ submissionId, version, scores, alerts, analysis }: Accepted): string[] {
  return [
    `  submission ${submissionId}, version ${version}`,
    ...scores.map(({ instrument, score, severity, reason }) =>
      score === undefined
        ? `  ${instrument}: no score, ${reason ?? 'incomplete'}`
        : `  ${instrument}: score ${score}${severity ? `, ${severity}` : ''}`,
    ),
    ...alerts.map(({ rule, level }) => `  alert ${rule} (${level})`),
    `  analysis ${analysis.status}`,
  ];
}

function refusedLines({ status, body }: Answer): string[] {
  const { errors = [] } = (body ?? {}) as { errors?: readonly { rule?: string; message?: string }[] };
  return [
    `  ${problemText(status, body)}`,
    ...errors.map(({ rule, message }) => `  - ${[rule, message].filter(Boolean).join(': ')}`),
  ];
}
