import { context } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { statusName } from '../grpc/rpc-status.js';
import type { BatchExporter } from '../trace/batch-exporter.js';

/** What becomes of a batch, for whoever keeps count. */
export interface DeliveryObserver {
  /** It waits no longer. @returns a number to tell it by */
  sending(count: number): number;
  delivered(batch: number, count: number): void;
  /** Given up on. Retries, where the exporter makes any, have failed. */
  failed(batch: number, count: number, reason: string): void;
}

/** The rest waits: an exporter that is given a whole queue at once, as at the end of a process, may refuse some. */
const AT_ONCE = 4;
const LONGEST_REASON = 200;

/** Sends by another exporter, and has an answer for each batch within its time, whatever that exporter does. */
export class ResilientExporter<Batch extends { readonly length: number }> implements BatchExporter<Batch> {
  readonly #sending = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];

  /** @param timeoutMillis what one batch may take, its retries included */
  constructor(
    private readonly exporter: BatchExporter<Batch>,
    private readonly timeoutMillis: number,
    private readonly observer: DeliveryObserver,
  ) {}

  export(spans: Batch, done: (result: ExportResult) => void): void {
    const send = () => {
      const batch = this.observer.sending(spans.length);
      const sending = this.#send(spans).then((failure) => {
        this.#sending.delete(sending);
        if (failure === undefined) this.observer.delivered(batch, spans.length);
        else this.observer.failed(batch, spans.length, failure);
        this.#waiting.shift()?.();
        // Also of a failure: all that the processor could do with one is to print it, batch by batch.
        done({ code: ExportResultCode.SUCCESS });
      });
      this.#sending.add(sending);
    };
    if (this.#sending.size < AT_ONCE) send();
    else this.#waiting.push(context.bind(context.active(), send));
  }

  /** Resolves with the reason where it fails. */
  #send(spans: Batch): Promise<string | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(`no answer within ${this.timeoutMillis} ms`), this.timeoutMillis);
      const settle = (failure?: string) => {
        clearTimeout(timer);
        resolve(failure);
      };
      try {
        this.exporter.export(spans, ({ code, error }) =>
          settle(code === ExportResultCode.SUCCESS ? undefined : reasonOf(error)),
        );
      } catch (error) {
        settle(reasonOf(error));
      }
    });
  }

  async forceFlush(): Promise<void> {
    await this.#idle();
    await this.exporter.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await this.#idle();
    await this.exporter.shutdown();
  }

  async #idle(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }
}

/** Never what a backend says in its answer's body: that is somebody else's text. */
function reasonOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  // Of HTTP, or of gRPC, which has 17 and says itself that nobody is there.
  if (typeof code === 'number') return code < 100 ? statusName(code) : `it answers with status ${code}`;
  if (typeof code === 'string') return code;
  return typeof message === 'string' && message ? message.slice(0, LONGEST_REASON) : 'it refuses them';
}
