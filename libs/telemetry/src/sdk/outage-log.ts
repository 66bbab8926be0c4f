import { context, ROOT_CONTEXT } from '@opentelemetry/api';

/** Where an outage is told: for the operator, one line when it begins and one when it is over. */
export interface OutageLogger {
  warn(text: string): void;
  info(text: string): void;
}

/**
 * Tells of spans that are lost, once for each outage and not for each batch. An outage begins with the first loss of
 * which the cause is known, and is over when two batches in a row arrived and none was lost between: a backend that
 * fails every other batch is one outage.
 */
export class OutageLog {
  #since: number | undefined;
  #lost = 0;
  #calm = false;

  /**
   * @param backend how an operator knows it
   * @param capacity spans that wait at most
   */
  constructor(
    private readonly backend: string,
    private readonly capacity: number,
    private readonly logger: OutageLogger,
  ) {}

  /** Spans were lost; the next batch tells why. */
  lost(count: number): void {
    this.#lost += count;
    this.#calm = false;
  }

  /** A batch was lost because it could not be sent. */
  failed(count: number, reason: string): void {
    this.lost(count);
    this.#begin(
      `Spans do not reach ${this.backend}: ${reason}. Requests are not affected. Up to ${this.capacity} spans wait, others are dropped and counted.`,
    );
  }

  /** A batch arrived. */
  delivered(): void {
    if (this.#since === undefined && this.#lost > 0) {
      this.#begin(
        `Spans end faster than ${this.backend} takes them: the queue of ${this.capacity} was full, and others are dropped and counted. Requests are not affected.`,
      );
    } else if (this.#since !== undefined && this.#calm) {
      this.#over(`Spans reach ${this.backend} again`);
    } else this.#calm = true;
  }

  /** The process ends. */
  ended(): void {
    if (this.#since !== undefined) this.#over(`Spans did not all reach ${this.backend} until the end`);
  }

  #begin(text: string): void {
    if (this.#since !== undefined) return;
    this.#since = Date.now();
    this.#tell('warn', text);
  }

  #over(text: string): void {
    const seconds = Math.round((Date.now() - (this.#since ?? 0)) / 1000);
    this.#tell('info', `${text}: ${this.#lost} were lost in ${seconds} s.`);
    this.#since = undefined;
    this.#lost = 0;
    this.#calm = false;
  }

  /** Not in the name of the request whose span happened to start the batch. */
  #tell(level: keyof OutageLogger, text: string): void {
    context.with(ROOT_CONTEXT, () => this.logger[level](text));
  }
}
