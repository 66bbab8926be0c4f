/** Why a span that was to be sent never was. */
export const DROP_REASONS = ['queue_full', 'export_failed', 'after_shutdown'] as const;

export type DropReason = (typeof DROP_REASONS)[number];

/** Where every span of this process has gone. Counts since it started; they add up, see {@link PipelineReport}. */
export interface TelemetryHealth {
  readonly started: number;
  readonly ended: number;
  /** Still open: started and not ended. Without load it is 0, or somebody forgot to end one. */
  readonly live: number;
  readonly exported: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Waiting to be sent, or being sent. */
  readonly queued: number;
  /** Ended, and of a trace that was not sampled. */
  readonly unsampled: number;
  /** Ended, and not for a backend: those of the self-check and of health checks, and all where there is none. */
  readonly withheld: number;
}

/**
 * The pipeline's own book-keeping: whole numbers that whoever handles a span raises, and nothing else, so that it
 * costs nothing and can be asked at any time. At rest
 * `ended = exported + dropped + queued + unsampled + withheld` and `live = started - ended`.
 */
export class PipelineReport {
  started = 0;
  ended = 0;
  unsampled = 0;
  withheld = 0;
  queued = 0;
  /** Spans that may wait at once; told by whoever makes the queue. 0 where there is none. */
  capacity = 0;
  #exported = 0;
  readonly #dropped = { queue_full: 0, export_failed: 0, after_shutdown: 0 };

  /** The backend has `count` spans that were queued. */
  exported(count: number): void {
    this.#exported += count;
    this.queued -= count;
  }

  /** `count` spans are lost: those that the export failed for were queued, the others never were. */
  dropped(count: number, reason: DropReason): void {
    this.#dropped[reason] += count;
    if (reason === 'export_failed') this.queued -= count;
  }

  snapshot(): TelemetryHealth {
    const { started, ended, queued, unsampled, withheld } = this;
    return {
      started,
      ended,
      live: started - ended,
      exported: this.#exported,
      dropped: { ...this.#dropped },
      queued,
      unsampled,
      withheld,
    };
  }
}

/** That of this process. */
export const pipelineReport = new PipelineReport();

/** What has become of this process's spans so far: for tests, benchmarks, health pages and the line at the end. */
export function telemetryHealth(): TelemetryHealth {
  return pipelineReport.snapshot();
}

/** In one line, for whoever reads the log when the process ends: of the spans that were to be sent. */
export function describeHealth(health: TelemetryHealth): string {
  const { ended, exported, dropped, queued, live, unsampled, withheld } = health;
  const reasons = DROP_REASONS.filter((reason) => dropped[reason] > 0).map((reason) => `${dropped[reason]} ${reason}`);
  if (queued > 0) reasons.push(`${queued} not sent in time`);
  const why = reasons.length > 0 ? ` (${reasons.join(', ')})` : '';
  const sent = `${ended - unsampled - withheld} ended, ${exported} exported`;
  return `Spans: ${sent}, ${lostSpans(health)} dropped${why}, ${live} still open`;
}

/** When the process ends, what waits is lost too. */
export function lostSpans({ dropped, queued }: TelemetryHealth): number {
  return DROP_REASONS.reduce((sum, reason) => sum + dropped[reason], queued);
}
