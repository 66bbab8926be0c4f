/**
 * A service that decides by itself which traces it records, whatever its callers decided: its part of some traces is
 * missing, or there without the rest.
 */
export interface SamplingConflict {
  /** The service that does not follow its callers. */
  readonly service: string;
  /** It leaves out what its callers recorded, or records what they left out. */
  readonly does: 'leaves-out' | 'records';
  readonly callers: readonly string[];
  /** Traces in which both have their part. */
  readonly agreed: number;
  /** Traces of which one has its part and the other has none. */
  readonly traceIds: readonly string[];
  /**
   * What speaks for it: the trace ids are divided as a ratio divides them; one has no part in any trace; or each
   * trace has the whole of a part or nothing of it.
   */
  readonly evidence: 'ratio' | 'never' | 'whole-parts';
  /** For `ratio`: the shares of trace ids that fit, 0 to 1, of the one that has fewer. */
  readonly ratio?: { readonly from: number; readonly to: number };
  /** The odds are a thousand to one that it is no chance. */
  readonly isCertain: boolean;
}
