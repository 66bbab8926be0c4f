import {
  checkRules,
  checkTrace,
  classifyTrace,
  PLATFORM_RULES,
  type TraceContract,
  type TraceSpan,
  type Violation,
} from '@epro/trace-contract';

/** What the audit found out about one request. */
export interface Verdict {
  readonly traceId: string;
  /** Name of the span that begins it: `POST /api/v1/submissions`. */
  readonly request: string;
  /** Unix time in ms at which its last span ended. */
  readonly endedAt: number;
  /** Absent where no contract covers the request; it is then held to the rules for all traces only. */
  readonly contract?: TraceContract;
  readonly violations: readonly Violation[];
}

export function auditRequest(spans: readonly TraceSpan[]): Verdict {
  const contract = classifyTrace(spans);
  const begin = beginningOf(spans);
  return {
    traceId: begin?.traceId ?? '',
    request: begin?.name ?? '',
    endedAt: Number(spans.reduce((latest, { endTime }) => (endTime > latest ? endTime : latest), 0n) / 1_000_000n),
    ...(contract && { contract }),
    violations: contract ? checkTrace(spans, contract) : checkRules(spans, PLATFORM_RULES),
  };
}

function beginningOf(spans: readonly TraceSpan[]): TraceSpan | undefined {
  return (
    spans.find(({ service, kind }) => service === 'epro-gateway' && kind === 'SERVER') ??
    spans.reduce<TraceSpan | undefined>(
      (first, each) => (first && first.startTime <= each.startTime ? first : each),
      undefined,
    )
  );
}
