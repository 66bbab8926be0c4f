import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { toZipkinSpan } from './zipkin-span.js';

export interface ZipkinExporterOptions {
  /** Zipkin's or a Collector's `/api/v2/spans`. */
  readonly endpoint: string;
  /** What is not answered by then has failed, and holds no memory any more. */
  readonly timeoutMillis: number;
}

/**
 * Sends spans to Zipkin as JSON. In place of OpenTelemetry's own exporter, which waits without end for a backend that
 * hangs, keeping every batch, and marks no span as failed that has an error type and no text.
 */
export class ZipkinSpanExporter implements SpanExporter {
  readonly #sending = new Set<Promise<void>>();
  #isShutdown = false;

  constructor(private readonly options: ZipkinExporterOptions) {}

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    const sending = this.#send(spans).then(
      () => resultCallback({ code: ExportResultCode.SUCCESS }),
      (error: unknown) => resultCallback({ code: ExportResultCode.FAILED, error: asError(error) }),
    );
    this.#sending.add(sending);
    void sending.finally(() => this.#sending.delete(sending));
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#sending);
  }

  shutdown(): Promise<void> {
    this.#isShutdown = true;
    return this.forceFlush();
  }

  async #send(spans: readonly ReadableSpan[]): Promise<void> {
    if (this.#isShutdown) throw new Error('The exporter has been shut down');
    const response = await fetch(this.options.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(spans.map(toZipkinSpan)),
      signal: AbortSignal.timeout(this.options.timeoutMillis),
    });
    // Read to its end, so that the connection can be used again; what it says is of no use.
    await response.arrayBuffer();
    const { ok, status } = response;
    if (!ok) throw Object.assign(new Error(`Zipkin answered ${status}`), { code: status });
  }
}

/** With its cause's words: fetch itself says no more than that it failed. */
function asError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error ? error.cause : error;
}
