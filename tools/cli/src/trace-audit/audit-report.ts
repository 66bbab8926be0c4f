import { describeViolation, findSamplingConflicts, type SamplingConflict, type TraceSpan } from '@epro/trace-contract';
import type { Verdict } from './audit-trace.js';

/** How many traces of one kind there are, and how many of them are complete. */
export interface Tally {
  readonly title: string;
  readonly complete: number;
  readonly total: number;
}

/** Traces with the same faults. */
export interface FaultGroup {
  /** Title of the contract; the request, or the span that begins the piece, where no contract covers it. */
  readonly title: string;
  /** What is wrong, in words. */
  readonly faults: readonly string[];
  readonly traceIds: readonly string[];
}

export interface AuditReport {
  /** Traces that a contract covers. */
  readonly checked: number;
  readonly complete: number;
  readonly contracts: readonly Tally[];
  /** Traces that no contract covers, by request; complete are those that keep the rules for all traces. */
  readonly notCovered: readonly Tally[];
  /** What broke off and could not be put back, by the span that begins it. The rest of it is missing elsewhere. */
  readonly pieces: readonly Tally[];
  /** Services that do not follow their callers' sampling decision: the cause of some of the faults. */
  readonly samplingConflicts: readonly SamplingConflict[];
  /** The most frequent first. */
  readonly faults: readonly FaultGroup[];
}

export function auditReport(verdicts: readonly Verdict[]): AuditReport {
  const covered = verdicts.filter(({ contract }) => contract);
  return {
    checked: covered.length,
    complete: covered.filter(isComplete).length,
    contracts: tallies(covered),
    notCovered: tallies(verdicts.filter(({ contract, isPiece }) => !contract && !isPiece)),
    pieces: tallies(verdicts.filter(({ isPiece }) => isPiece)),
    samplingConflicts: findSamplingConflicts(tracesOf(verdicts)),
    faults: faultGroups(verdicts.filter((verdict) => !isComplete(verdict))),
  };
}

export const isComplete = ({ violations }: Verdict): boolean => violations.length === 0;

/** Whether anything is wrong with any trace. */
export const isFaulty = ({ faults, samplingConflicts }: AuditReport): boolean =>
  faults.length > 0 || samplingConflicts.length > 0;

/** Whether there was something to check, and nothing was wrong with it, nor with anything else. */
export const isFlawless = (report: AuditReport): boolean => report.checked > 0 && !isFaulty(report);

/** Requests were told apart, and pieces were put back: what was decided was decided for each trace id. */
function tracesOf(verdicts: readonly Verdict[]): TraceSpan[][] {
  const spans = verdicts.flatMap((verdict) => verdict.spans);
  return [...Map.groupBy(spans, ({ traceId }) => traceId).values()];
}

const titleOf = ({ contract, request }: Verdict): string => contract?.title ?? request;

function tallies(verdicts: readonly Verdict[]): Tally[] {
  return [...Map.groupBy(verdicts, titleOf)]
    .map(([title, same]) => ({ title, complete: same.filter(isComplete).length, total: same.length }))
    .sort((a, b) => b.total - a.total || a.title.localeCompare(b.title));
}

function faultGroups(verdicts: readonly Verdict[]): FaultGroup[] {
  const described = verdicts.map((verdict) => ({ verdict, faults: sentences(verdict) }));
  return [...Map.groupBy(described, ({ verdict, faults }) => [titleOf(verdict), ...faults.map(withoutIds)].join('\n'))]
    .flatMap(([, [first, ...others]]): FaultGroup[] => {
      if (!first) return [];
      return [
        {
          title: titleOf(first.verdict),
          faults: others.length > 0 ? [...new Set(first.faults.map(withoutIds))] : first.faults,
          traceIds: [first, ...others].map(({ verdict }) => verdict.traceId),
        },
      ];
    })
    .sort((a, b) => b.traceIds.length - a.traceIds.length);
}

/** The same fault on several spans of a kind is told once. */
const sentences = ({ violations }: Verdict): string[] => [...new Set(violations.map(describeViolation))];

/** A sentence without what differs from trace to trace, so that the same fault reads the same. */
function withoutIds(sentence: string): string {
  return sentence
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '…')
    .replace(/\b[0-9a-f]{16}(?:[0-9a-f]{16})?\b/g, '…')
    .replace(/\b\d+(?:\.\d+)? ms\b/g, '… ms');
}

/** `100.000 %` only where it is all of them: never rounded up. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '0.000 %';
  return `${(Math.floor((part / whole) * 100_000) / 1000).toFixed(3)} %`;
}
