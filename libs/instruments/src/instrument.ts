import type { Questionnaire } from 'fhir/r4.js';

/** The band of a total: it holds from `from` up to the next band. */
export interface SeverityBand {
  readonly from: number;
  readonly label: string;
}

/** How the answers of one questionnaire version become a total: the sum of the scored items. */
export interface Scoring {
  /** linkIds of the items that are summed; all of them must be answered. */
  readonly items: readonly string[];
  /** In rising order; the first one starts at the lowest total. */
  readonly bands: readonly SeverityBand[];
  /** What a reader of the total must know, in whole sentences. */
  readonly limitations: readonly string[];
}

/** One questionnaire version and how it is scored. */
export interface Instrument {
  readonly questionnaire: Questionnaire;
  readonly scoring: Scoring;
}
