import { setTimeout as sleep } from 'node:timers/promises';
import type { TraceSpan } from '@epro/trace-contract';
import { isComplete } from './audit-report.js';
import { auditRequest, type Verdict } from './audit-trace.js';
import { joinPieces } from './join-pieces.js';
import { splitRequests } from './split-requests.js';

const PAUSE_MS = 1000;

/** The verdict on every request in these traces. */
export const auditTraces = (traces: readonly TraceSpan[][]): Verdict[] =>
  joinPieces(traces).flatMap(splitRequests).map(auditRequest);

export interface Settling {
  /** How old a trace must be before what is missing counts as missing. */
  readonly settleMs: number;
  /** Reads some of the traces once more. */
  readonly readAgain: (traceIds: readonly string[]) => Promise<readonly TraceSpan[][]>;
  /** Told before the first wait, with the number of traces that are waited for. */
  readonly onWait: (count: number) => void;
}

/** Judges traces, and judges again as long as one is incomplete and so young that spans of it may be on their way. */
export async function auditSettled(
  traces: readonly TraceSpan[][],
  { settleMs, readAgain, onWait }: Settling,
): Promise<Verdict[]> {
  let known = traces;
  for (let round = 0; ; round += 1) {
    const verdicts = auditTraces(known);
    const now = Date.now();
    const young = verdicts.filter((verdict) => !isComplete(verdict) && verdict.endedAt > now - settleMs);
    if (young.length === 0) return verdicts;
    if (round === 0) onWait(young.length);
    await sleep(Math.min(PAUSE_MS, settleMs));
    const again = new Map((await readAgain(young.map(({ traceId }) => traceId))).map((trace) => [idOf(trace), trace]));
    known = known.map((trace) => again.get(idOf(trace)) ?? trace);
  }
}

const idOf = (trace: readonly TraceSpan[]): string => trace[0]?.traceId ?? '';
