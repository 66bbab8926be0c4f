import { captureContext, runInContext, withSpan, type ContextCarrier } from '@epro/telemetry';

/** A hop as an example: jobs wait as text, as they would in a broker or in a table's rows. */
export class JobQueue {
  readonly #waiting: string[] = [];

  send(job: string): void {
    withSpan(`send ${job}`, () => {
      this.#waiting.push(JSON.stringify({ job, carrier: captureContext() }));
    });
  }

  processAll(): void {
    for (const text of this.#waiting.splice(0)) {
      const { job, carrier } = JSON.parse(text) as { job: string; carrier: ContextCarrier };
      runInContext(carrier, () => withSpan(`process ${job}`, () => {}));
    }
  }
}
