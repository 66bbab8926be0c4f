import {
  checkRules,
  checkTrace,
  classifyTrace,
  PLATFORM_RULES,
  type TraceContract,
  type TraceSpan,
  type Violation,
} from '@epro/trace-contract';
import { isRequest } from './request-span.js';

/** What the audit found out about one request, or about a piece of a trace that belongs to none. */
export interface Verdict {
  readonly traceId: string;
  /** Name of the span that begins it: `POST /api/v1/submissions`. */
  readonly request: string;
  /** It begins where no request does: the context was lost on the way there. */
  readonly isPiece: boolean;
  /** Unix time in ms at which its last span ended. */
  readonly endedAt: number;
  /** Absent where no contract covers the request; it is then held to the rules for all traces only. */
  readonly contract?: TraceContract;
  readonly violations: readonly Violation[];
  /** What was judged. */
  readonly spans: readonly TraceSpan[];
}

export function auditRequest(spans: readonly TraceSpan[]): Verdict {
  const first = spans.find(isRequest) ?? earliest(spans);
  const isPiece = first !== undefined && !isRequest(first) && first.parentSpanId === undefined;
  const contract = isPiece ? undefined : classifyTrace(spans);
  return {
    traceId: first?.traceId ?? '',
    request: first?.name ?? '',
    isPiece,
    endedAt: Number(spans.reduce((latest, { endTime }) => (endTime > latest ? endTime : latest), 0n) / 1_000_000n),
    ...(contract && { contract }),
    violations: contract ? checkTrace(spans, contract) : checkPiece(spans, isPiece ? first : undefined),
    spans,
  };
}

/** That a piece begins there is wrong, whatever else is right. */
function checkPiece(spans: readonly TraceSpan[], beginning: TraceSpan | undefined): Violation[] {
  const violations = checkRules(spans, PLATFORM_RULES);
  if (!beginning) return violations;
  const isTold = violations.some((each) => each.type === 'mis-parented' && each.span.spanId === beginning.spanId);
  return isTold ? violations : [{ type: 'mis-parented', span: beginning }, ...violations];
}

function earliest(spans: readonly TraceSpan[]): TraceSpan | undefined {
  return spans.reduce<TraceSpan | undefined>(
    (first, each) => (first && first.startTime <= each.startTime ? first : each),
    undefined,
  );
}
