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
   * What speaks for it: its own spans say by which rule they were kept, although they begin no trace; the trace ids
   * are divided as a ratio divides them; one has no part in any trace; or each trace has the whole of a part or
   * nothing of it.
   */
  readonly evidence: 'own-rule' | 'ratio' | 'never' | 'whole-parts';
  /** For `own-rule`: the rule, such as `traceidratio`. */
  readonly rule?: string;
  /** Where trace ids are divided as by a ratio: the ratios that fit, 0 to 1, of the one that has fewer. */
  readonly ratio?: { readonly from: number; readonly to: number };
  /** The service says so itself, or the odds are a thousand to one that it is no chance. */
  readonly isCertain: boolean;
}
