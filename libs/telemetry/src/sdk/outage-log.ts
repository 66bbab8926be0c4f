import { context, ROOT_CONTEXT } from '@opentelemetry/api';

/** Where an outage is told: for the operator, one line when it begins and one when it is over. */
export interface OutageLogger {
  warn(text: string): void;
  info(text: string): void;
}

/** So many batches in a row that arrive are the end of an outage. */
const CALM = 2;

/**
 * Tells of spans that are lost, once for each outage and not for each batch. An outage begins with the first loss of
 * which the cause is known. It is over when two batches that were sent after the last loss have arrived, and none that
 * was sent before is left: a backend that fails every other batch is one outage, and so is one in which several batches
 * were on their way.
 */
export class OutageLog {
  #since: number | undefined;
  #lost = 0;
  #sent = 0;
  readonly #underWay = new Set<number>();
  /** The number of batches that had been sent when something was lost last. */
  #sentAtLoss = 0;
  #calm = 0;

  /**
   * @param backend how an operator knows it
   * @param capacity spans that wait at most
   */
  constructor(
    private readonly backend: string,
    private readonly capacity: number,
    private readonly logger: OutageLogger,
  ) {}

  /** @returns the number of a batch that is now on its way */
  sending(): number {
    this.#underWay.add(++this.#sent);
    return this.#sent;
  }

  /** Spans were lost; the next batch tells why. */
  lost(count: number): void {
    this.#lost += count;
    this.#sentAtLoss = this.#sent;
    this.#calm = 0;
  }

  /** A batch was lost because it could not be sent. */
  failed(batch: number, count: number, reason: string): void {
    this.#underWay.delete(batch);
    this.lost(count);
    this.#begin(
      `Spans do not reach ${this.backend}: ${reason}. Requests are not affected. Up to ${this.capacity} spans wait, others are dropped and counted.`,
    );
  }

  delivered(batch: number): void {
    this.#underWay.delete(batch);
    if (this.#since === undefined) {
      if (this.#lost === 0) return;
      this.#begin(
        `Spans end faster than ${this.backend} takes them: the queue of ${this.capacity} was full, and others are dropped and counted. Requests are not affected.`,
      );
    }
    if (batch <= this.#sentAtLoss) return;
    this.#calm++;
    // They are in the order in which they were sent.
    const [oldest = Infinity] = this.#underWay;
    if (this.#calm >= CALM && oldest > this.#sentAtLoss) this.#over(`Spans reach ${this.backend} again`);
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
    this.#calm = 0;
  }

  /** Not in the name of the request whose span happened to start the batch. */
  #tell(level: keyof OutageLogger, text: string): void {
    context.with(ROOT_CONTEXT, () => this.logger[level](text));
  }
}
