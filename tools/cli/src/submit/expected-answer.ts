import { SUBMISSION_CONTRACTS, type TraceContract } from '@epro/trace-contract';
import type { Answer } from './gateway-client.js';
import type { SubmitOptions } from './submit-options.js';

const REJECTED = 'SUBMISSION_REJECTED';

const STATUS = { valid: 201, replay: 200, invalid: 422 } as const satisfies Record<SubmitOptions['mode'], number>;

/** Whether the answer is the one that was to be had. */
export const isAsAsked = (answer: Answer, mode: SubmitOptions['mode']): boolean => answer.status === STATUS[mode];

/**
 * The contract that this answer's trace must keep; `undefined` where the answer alone does not say it. While spans are
 * still arriving the trace itself would not do: a part of one may look like another one, complete.
 */
export function contractOfAnswer({ status, body }: Answer): TraceContract | undefined {
  const { analysis, code } = (body ?? {}) as { analysis?: { status?: string }; code?: string };
  if (status === 422) return code === REJECTED ? SUBMISSION_CONTRACTS.rejected : SUBMISSION_CONTRACTS.keyConflict;
  if (analysis?.status !== 'complete') return undefined;
  if (status === 201) return SUBMISSION_CONTRACTS.accepted;
  return status === 200 ? SUBMISSION_CONTRACTS.replayed : undefined;
}
