import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/**
 * Sends every span to several backends. They share one queue, so that memory stays bounded as for one: the slowest
 * sets the pace, and a batch that one of them did not take has failed.
 */
export class FanOutSpanExporter implements SpanExporter {
  constructor(private readonly exporters: readonly SpanExporter[]) {}

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    let open = this.exporters.length;
    let failure: ExportResult | undefined;
    for (const exporter of this.exporters) {
      exporter.export(spans, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) failure ??= result;
        if (--open === 0) resultCallback(failure ?? result);
      });
    }
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.exporters.map((exporter) => exporter.forceFlush?.() ?? Promise.resolve()));
  }

  async shutdown(): Promise<void> {
    await Promise.all(this.exporters.map((exporter) => exporter.shutdown()));
  }
}
